package io.millrace.cli.tls;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Streams;
import io.millrace.protocol.FileReason;
import io.millrace.server.tls.DevCertificates;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace tls dev-cert}: makes a throw-away authority and a certificate of it. */
@Command(
    name = "dev-cert",
    description =
        "Make a throw-away certificate authority and a certificate for a broker, to try TLS out.",
    footer = {
      "",
      "Writes ca.pem, server.pem and server.key to the directory of --out. The key of the "
          + "authority is not kept, so it can issue no other certificate. Use certificates of "
          + "your own authority for anything that lasts.",
      "",
      "Examples:",
      "  millrace tls dev-cert",
      "  millrace tls dev-cert --out /etc/millrace/tls --host broker-1.example.com",
      "  millrace tls dev-cert --client alice --force"
    })
final class TlsDevCertCommand implements Callable<Integer> {

  private static final int MAX_DAYS = 3650;

  /** A name of a file. */
  private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  private static final Set<String> RESERVED = Set.of("ca", "server");

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "tls",
      description =
          "Directory for the files; created if it does not exist. Default: ${DEFAULT-VALUE}, in the"
              + " working directory.")
  private Path out;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "Host name or IP address by which clients reach the broker, in addition to localhost,"
              + " 127.0.0.1 and ::1. Repeatable. Default: none.")
  private List<String> hosts = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "30",
      description = "Days for which the certificates are valid. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--client",
      paramLabel = "NAME",
      description =
          "Also make a certificate for a client, with this common name: NAME.pem and NAME.key."
              + " Default: none.")
  private String client;

  @Option(names = "--force", description = "Replace files that exist. Default: that is an error.")
  private boolean force;

  @Mixin private OutputOption output;

  TlsDevCertCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    OptionRange.check(spec, "--days", days, 1, MAX_DAYS);
    if (client != null && (RESERVED.contains(client) || !CLIENT.matcher(client).matches())) {
      throw new ParameterException(
          spec.commandLine(),
          "--client is '"
              + client
              + "'; expected letters, digits, '.', '_' and '-', and neither 'ca' nor 'server'");
    }
    CertificateFiles files = new CertificateFiles(out, Optional.ofNullable(client));
    if (!force) {
      files.requireNone();
    }
    Instant expiry = make(files);
    if (output.isJson()) {
      OutputOption.printJson(streams, json -> write(json, files, expiry));
    } else {
      streams.print(text(files, expiry));
    }
    return ExitCode.OK;
  }

  private Instant make(CertificateFiles files) throws IOException {
    try (DevCertificates made = DevCertificates.create(days)) {
      DevCertificates.Issued server = made.server(hosts, days);
      Optional<DevCertificates.Issued> issued =
          client == null ? Optional.empty() : Optional.of(made.client(client, days));
      files.write(made.authority(), server, issued);
      return server.certificate().getNotAfter().toInstant();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--host: " + e.getMessage(), e);
    } catch (FileSystemException e) {
      throw new CommandFailure(e.getFile() + " cannot be written: " + FileReason.of(e), e);
    } catch (IOException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  private static void write(JsonGenerator json, CertificateFiles files, Instant expiry)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("authorityFile", files.authority().toString());
    json.writeStringField("certificateFile", files.certificate().toString());
    json.writeStringField("keyFile", files.key().toString());
    json.writeStringField(
        "clientCertificateFile", files.clientCertificate().map(Path::toString).orElse(null));
    json.writeStringField("clientKeyFile", files.clientKey().map(Path::toString).orElse(null));
    json.writeStringField("expiresAt", expiry.toString());
    json.writeEndObject();
  }

  private String text(CertificateFiles files, Instant expiry) {
    List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
    names.addAll(hosts);
    String authority = CertificateFiles.argument(files.authority());
    StringBuilder text = new StringBuilder();
    text.append("wrote ").append(files.authority()).append(", ").append(files.certificate());
    text.append(" and ").append(files.key()).append("; valid for ");
    text.append(String.join(", ", names)).append(" until ").append(expiry).append('\n');
    files
        .clientCertificate()
        .ifPresent(
            file ->
                text.append("wrote ")
                    .append(file)
                    .append(" and ")
                    .append(files.clientKey().get())
                    .append('\n'));
    text.append("These certificates are to try TLS out. Use those of your own authority for");
    text.append(" anything that lasts.\n\n");
    text.append("Start the broker:\n  millrace server --set tls.certificate=");
    text.append(CertificateFiles.argument(files.certificate())).append(" --set tls.key=");
    text.append(CertificateFiles.argument(files.key()));
    if (client != null) {
      text.append(" --set tls.clientAuth=want --set tls.clientCa=").append(authority);
      text.append(" --set 'tls.principals=cn:* -> *'");
    }
    text.append("\nAsk it:\n  curl --cacert ").append(authority);
    text.append(" https://localhost:9711/health/ready\n");
    text.append("  millrace topic list --tls-ca ").append(authority);
    if (client != null) {
      text.append(" --tls-cert ")
          .append(CertificateFiles.argument(files.clientCertificate().get()))
          .append(" --tls-key ")
          .append(CertificateFiles.argument(files.clientKey().get()));
    }
    text.append('\n');
    return text.toString();
  }
}
