package io.millrace.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds of failures, in the words of both implementations. */
class TlsFailureTest {

  @ParameterizedTest
  @CsvSource({
    "Empty client certificate chain, CLIENT_CERTIFICATE",
    "error:100000c0:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE,"
        + " CLIENT_CERTIFICATE",
    "Received fatal alert: unknown_ca, ALERT_OF_CLIENT",
    "error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN,"
        + " ALERT_OF_CLIENT",
    "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA, ALERT_OF_CLIENT",
    "error:100000b8:SSL routines:OPENSSL_internal:NO_SHARED_CIPHER, NOTHING_IN_COMMON",
    "error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL, NOTHING_IN_COMMON",
    "no cipher suites in common, NOTHING_IN_COMMON",
    "Client requested protocol TLSv1.1 is not enabled or supported in server context,"
        + " NOTHING_IN_COMMON",
    "Connection closed while SSL/TLS handshake was in progress, CLOSED",
    "error:1000008b:SSL routines:OPENSSL_internal:DECRYPTION_FAILED_OR_BAD_RECORD_MAC, MALFORMED",
    "error:10000089:SSL routines:OPENSSL_internal:DECODE_ERROR, MALFORMED",
    "what nobody expects, OTHER",
  })
  void isFoundByTheMessage(String message, TlsFailure failure) {
    assertThat(TlsFailure.of(new SSLHandshakeException(message))).isEqualTo(failure);
  }

  @Test
  void isFoundByTheCause() {
    assertThat(TlsFailure.of(new SSLException("x", new CertificateException("y"))))
        .isEqualTo(TlsFailure.CLIENT_CERTIFICATE);
    assertThat(TlsFailure.of(new NotSslRecordException("x"))).isEqualTo(TlsFailure.MALFORMED);
    assertThat(TlsFailure.of(new ClosedChannelException())).isEqualTo(TlsFailure.CLOSED);
    assertThat(TlsFailure.of(new SSLException((String) null))).isEqualTo(TlsFailure.OTHER);
  }
}
