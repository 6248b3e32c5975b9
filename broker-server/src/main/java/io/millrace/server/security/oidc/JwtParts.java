package io.millrace.server.security.oidc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A signed token that is read and not verified: header, claims and signature. Reads strictly: a
 * name that occurs twice, bytes after the JSON object, and other forms of JSON are refused.
 *
 * @param header by name; values are {@code String}, {@code BigDecimal}, {@code Boolean}, {@code
 *     List}, {@code Map} or null
 * @param claims in the same form
 * @param signed the bytes that the signature is about
 */
record JwtParts(
    Map<String, Object> header, Map<String, Object> claims, byte[] signed, byte[] signature) {

  static final int MAX_CHARS = 16 * 1024;
  private static final int MAX_DEPTH = 10;

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(30)
                  .build())
          .build();

  /** Reads a token. */
  static JwtParts parse(String token) throws JwtRefusedException {
    if (token.length() > MAX_CHARS) {
      throw new JwtRefusedException("has " + token.length() + " characters");
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length == 5) {
      throw new JwtRefusedException("is encrypted (JWE)");
    }
    if (parts.length != 3) {
      throw new JwtRefusedException("has " + parts.length + " parts; expected 3");
    }
    return new JwtParts(
        object("header", parts[0]),
        object("payload", parts[1]),
        (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
        bytes("signature", parts[2]));
  }

  /** The text under a name; null if there is none. */
  static String text(Map<String, Object> object, String name) throws JwtRefusedException {
    Object value = object.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new JwtRefusedException(name + " is not a text");
  }

  private static byte[] bytes(String part, String text) throws JwtRefusedException {
    try {
      if (text.isEmpty() || text.indexOf('=') >= 0) {
        throw new JwtRefusedException("its " + part + " is empty or has padding");
      }
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      // The decoder ignores the last bits of a text that does not end at a byte.
      if (!BASE64.encodeToString(bytes).equals(text)) {
        throw new JwtRefusedException("its " + part + " is not the Base64url of its bytes");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new JwtRefusedException("its " + part + " is not Base64url");
    }
  }

  private static Map<String, Object> object(String part, String text) throws JwtRefusedException {
    byte[] bytes = bytes(part, text);
    try (JsonParser json = JSON.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new JwtRefusedException("its " + part + " is not a JSON object");
      }
      Map<String, Object> object = readObject(json);
      if (json.nextToken() != null) {
        throw new JwtRefusedException("its " + part + " has more than one JSON object");
      }
      return object;
    } catch (IOException e) {
      throw new JwtRefusedException("its " + part + " is not JSON, or has a name twice");
    }
  }

  private static Map<String, Object> readObject(JsonParser json) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      object.put(name, value(json));
    }
    return object;
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> readObject(json);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new BigDecimal(json.getText());
      default -> json.getText();
    };
  }
}
