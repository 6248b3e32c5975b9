package io.millrace.filter;

import io.millrace.filter.Field.Fixed;
import io.millrace.filter.Token.Kind;
import io.millrace.protocol.NearestName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses the fields and the constants of a filter. */
final class OperandParser {

  /** The advice where a field is missing. */
  static final String FIELDS =
      "fields: source, key, value, timestamp, appendTime, offset, partition, size, headers['NAME'],"
          + " json.PATH";

  private static final List<String> OPERAND_WORDS =
      List.of(
          "source",
          "key",
          "value",
          "timestamp",
          "appendTime",
          "offset",
          "partition",
          "size",
          "headers",
          "json",
          "exists",
          "true",
          "false",
          "null");

  private final Tokens tokens;
  private final Set<Field.Json> jsonFields = new HashSet<>();

  OperandParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /**
   * Parses a field or a constant.
   *
   * @throws InvalidFilterException if none begins at the current token
   */
  Operand operand() {
    Token start = tokens.current();
    tokens.count(start);
    switch (start.kind()) {
      case STRING -> {
        tokens.advance();
        return new Constant.Text(start.text());
      }
      case NUMBER -> {
        tokens.advance();
        return new Constant.Number(start.text());
      }
      case NAME -> {
        return named();
      }
      case SYMBOL, END ->
          throw tokens.invalid(
              start, "expected a field or a constant before " + tokens.found(), FIELDS);
    }
    throw new IllegalStateException("kind " + start.kind());
  }

  private Operand named() {
    Token name = tokens.current();
    tokens.advance();
    switch (name.text()) {
      case "true", "false" -> {
        return new Constant.Truth(name.text().equals("true"));
      }
      case "null" -> {
        return new Constant.Null();
      }
      case "headers" -> {
        return header();
      }
      case "json" -> {
        return json(name);
      }
      default -> {
        for (Fixed field : Fixed.values()) {
          if (name.text().equals(field.text)) {
            return fixed(field);
          }
        }
        throw tokens.invalid(
            name,
            "no field is named '"
                + name.text()
                + "'"
                + NearestName.suggestion(name.text(), OPERAND_WORDS),
            FIELDS);
      }
    }
  }

  private Field fixed(Fixed field) {
    if (tokens.current().isSymbol(".") || tokens.current().isSymbol("[")) {
      String advice =
          field == Fixed.VALUE
              ? "write json.a for a field of a JSON value"
              : "write the operator between: key startsWith 'x'";
      throw tokens.invalid(tokens.current(), field.text + " has no parts", advice);
    }
    return field;
  }

  private Field header() {
    String advice = "write headers['name']";
    tokens.require("[", advice);
    Token name = tokens.current();
    if (name.kind() != Kind.STRING) {
      throw tokens.invalid(name, "expected the name of a header before " + tokens.found(), advice);
    }
    tokens.advance();
    tokens.require("]", advice);
    return new Field.Header(name.text());
  }

  private Field json(Token start) {
    List<Field.Step> steps = new ArrayList<>();
    while (tokens.current().isSymbol(".") || tokens.current().isSymbol("[")) {
      if (steps.size() == FilterLimits.JSON_STEPS) {
        throw tokens.invalid(
            tokens.current(),
            "a path of more than " + FilterLimits.JSON_STEPS + " steps",
            "deeper values cannot be compared");
      }
      steps.add(tokens.accept(".") ? member() : inBrackets());
    }
    Field.Json json = new Field.Json(steps);
    jsonFields.add(json);
    if (jsonFields.size() > FilterLimits.JSON_PATHS) {
      throw tokens.invalid(
          start,
          "more than " + FilterLimits.JSON_PATHS + " different JSON paths",
          "compare fewer fields");
    }
    return json;
  }

  private Field.Step member() {
    Token name = tokens.current();
    if (name.kind() != Kind.NAME) {
      throw tokens.invalid(
          name,
          "expected a name before " + tokens.found(),
          "write json.name, json['a name'] or json.list[0]");
    }
    tokens.advance();
    return new Field.Member(name.text());
  }

  private Field.Step inBrackets() {
    String advice = "write json.list[0] or json['a name']";
    tokens.advance();
    Token inner = tokens.current();
    Field.Step step;
    if (inner.kind() == Kind.STRING) {
      step = new Field.Member(inner.text());
    } else if (inner.kind() == Kind.NUMBER && inner.text().matches("\\d{1,9}")) {
      step = new Field.Element(Integer.parseInt(inner.text()));
    } else {
      throw tokens.invalid(inner, "expected a position from 0 or a name in quotes", advice);
    }
    tokens.advance();
    tokens.require("]", advice);
    return step;
  }
}
