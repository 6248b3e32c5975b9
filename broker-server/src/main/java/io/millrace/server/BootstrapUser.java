package io.millrace.server;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.AccessException;
import io.millrace.security.ScramVerifier;
import io.millrace.security.ShippedRole;
import io.millrace.security.User;
import io.millrace.security.UserChanges;
import io.millrace.security.scram.NewPassword;
import io.millrace.server.security.AccessStore;
import io.millrace.server.settings.SecretFile;
import io.millrace.server.settings.SecuritySettings.Bootstrap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the administrator that the settings name, if the broker has no users at all. */
final class BootstrapUser {

  private static final Logger LOG = LoggerFactory.getLogger(BootstrapUser.class);

  private BootstrapUser() {}

  /**
   * Creates the user, or does nothing if there are users. Blocks: reads the file, derives keys and
   * saves the state.
   *
   * @throws BrokerException {@code INVALID_REQUEST} if the file cannot be read, or its password is
   *     not allowed
   */
  static void createIfThereAreNoUsers(AccessStore store, Bootstrap settings) {
    if (!store.current().users().isEmpty()) {
      return;
    }
    User user =
        new User(settings.user(), Set.of(ShippedRole.ADMIN.text()), true, verifiers(settings));
    store.change(state -> UserChanges.create(user).apply(state).state());
    LOG.info("event=bootstrap_user_created user=\"{}\" role=admin", settings.user());
  }

  private static List<ScramVerifier> verifiers(Bootstrap settings) {
    char[] password = password(settings);
    try {
      return NewPassword.verifiers(password);
    } catch (AccessException e) {
      throw refused(settings, e.getMessage());
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /** The only line of the file, without its end. */
  private static char[] password(Bootstrap settings) {
    byte[] bytes;
    try {
      bytes = SecretFile.read("security.bootstrapPasswordFile", settings.passwordFile());
    } catch (IOException e) {
      throw refused(settings, e.getMessage());
    }
    try {
      CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
      int end = text.length();
      while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
        end--;
      }
      char[] password = Arrays.copyOf(text.array(), end);
      Arrays.fill(text.array(), '\0');
      return password;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static BrokerException refused(Bootstrap settings, String why) {
    return new BrokerException(
        ErrorCode.INVALID_REQUEST,
        "the user of security.bootstrapUser cannot be created from "
            + settings.passwordFile()
            + " (security.bootstrapPasswordFile): "
            + why);
  }
}
