package io.millrace.spring;

import io.millrace.client.Credentials;
import io.millrace.client.MillraceClient;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/** The settings of the client, from the properties and the customizers. */
final class ConfiguredClient implements Supplier<MillraceClient.Builder> {

  private final MillraceConnectionDetails details;
  private final MillraceProperties properties;
  private final String applicationName;
  private final ConnectionState state;
  private final List<MillraceClientCustomizer> customizers;

  /**
   * Creates the settings.
   *
   * @param applicationName the client id if the properties have none; may be null
   */
  ConfiguredClient(
      MillraceConnectionDetails details,
      MillraceProperties properties,
      String applicationName,
      ConnectionState state,
      List<MillraceClientCustomizer> customizers) {
    this.details = details;
    this.properties = properties;
    this.applicationName = applicationName;
    this.state = state;
    this.customizers = customizers;
  }

  @Override
  public MillraceClient.Builder get() {
    MillraceClient.Builder client = MillraceClient.builder().connectionListener(state::changed);
    PropertySetting.apply("millrace.server", details.server(), client::server);
    PropertySetting.apply("millrace.client-id", clientId(), client::clientId);
    PropertySetting.apply(
        "millrace.connect-timeout", properties.connectTimeout(), client::connectTimeout);
    PropertySetting.apply(
        "millrace.request-timeout", properties.requestTimeout(), client::requestTimeout);
    PropertySetting.apply(
        "millrace.reconnect-backoff",
        properties.reconnectBackoff(),
        pauses -> client.reconnectBackoff(pauses.initial(), pauses.max()));
    properties.tls().options().ifPresent(client::tls);
    credentials().ifPresent(client::credentials);
    customizers.forEach(each -> each.customize(client));
    return client;
  }

  /** The message of a wrong property does not have its value. */
  private Optional<Credentials> credentials() {
    try {
      return properties.credentials().credentials();
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationPropertyValueException(
          "millrace.credentials", "***", e.getMessage());
    }
  }

  private String clientId() {
    if (StringUtils.hasText(properties.clientId())) {
      return properties.clientId();
    }
    return StringUtils.hasText(applicationName) ? applicationName : null;
  }
}
