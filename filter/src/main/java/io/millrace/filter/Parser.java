package io.millrace.filter;

import io.millrace.filter.Expression.TextTest;
import io.millrace.filter.Field.Fixed;
import io.millrace.filter.Field.Type;
import io.millrace.filter.Token.Kind;
import io.millrace.protocol.NearestName;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses a filter by recursive descent, checks its types and its limits. The grammar is in {@code
 * docs/filters.md}; a method for each rule of it.
 */
final class Parser {

  private static final String FIELDS =
      "fields: source, key, value, timestamp, appendTime, offset, partition, size, headers['NAME'],"
          + " json.PATH";
  private static final String TESTS = "== != < <= > >= in startsWith endsWith contains matches";
  private static final List<String> TEST_WORDS =
      List.of("in", "startsWith", "endsWith", "contains", "matches");
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

  private final Lexer lexer;
  private final Set<Field.Json> jsonFields = new HashSet<>();
  private Token token;
  private int depth;
  private int nodes;
  private int patterns;

  private Parser(String text) {
    this.lexer = new Lexer(text);
    this.token = lexer.next();
  }

  /**
   * Parses a whole text.
   *
   * @throws InvalidFilterException if the text is not a filter
   */
  static Expression parse(String text) {
    Parser parser = new Parser(text);
    Expression expression = parser.or();
    parser.requireEnd();
    return expression;
  }

  private void requireEnd() {
    if (token.kind() == Kind.END) {
      return;
    }
    if (token.isSymbol(")")) {
      throw invalid(token, "no parenthesis is open", "remove the ), or add a ( before it");
    }
    if (token.isWord("and") || token.isWord("AND")) {
      throw invalid(token, found() + " is not an operator", "write && for \"and\"");
    }
    if (token.isWord("or") || token.isWord("OR")) {
      throw invalid(token, found() + " is not an operator", "write || for \"or\"");
    }
    if (isRelation(token)) {
      throw invalid(
          token, "a comparison has two sides", "write a < b && b < c instead of a < b < c");
    }
    throw invalid(token, "expected && or || before " + found(), "or the end of the filter");
  }

  private Expression or() {
    List<Expression> operands = new ArrayList<>(List.of(and()));
    while (accept("||")) {
      operands.add(and());
    }
    return Expression.any(operands);
  }

  private Expression and() {
    List<Expression> operands = new ArrayList<>(List.of(not()));
    while (accept("&&")) {
      operands.add(not());
    }
    return Expression.all(operands);
  }

  private Expression not() {
    Token start = token;
    if (!accept("!")) {
      return primary();
    }
    node(start);
    deeper(start);
    Token first = token;
    Expression operand = not();
    depth--;
    boolean isTest =
        operand instanceof Expression.Comparison
            || operand instanceof Expression.In
            || operand instanceof TextTest
            || operand instanceof Expression.Matches;
    if (isTest && !first.isSymbol("(") && !first.isSymbol("!")) {
      throw invalid(
          start, "'!' stands before a comparison", "put the comparison in parentheses: !(a == b)");
    }
    return new Expression.Not(operand);
  }

  private Expression primary() {
    Token start = token;
    if (start.isSymbol("(")) {
      deeper(start);
      advance();
      Expression inner = or();
      if (!token.isSymbol(")")) {
        throw invalid(
            token, "expected ) before " + found(), "the ( is character " + (start.start() + 1));
      }
      advance();
      depth--;
      if (isRelation(token) || isTestWord(token)) {
        throw invalid(
            token,
            "a comparison of a condition",
            "only fields and constants can be compared; remove the parentheses around a field");
      }
      return inner;
    }
    if (start.isWord("exists")) {
      return exists();
    }
    return test();
  }

  private Expression exists() {
    node(token);
    advance();
    require("(", "write exists(json.a)");
    Token start = token;
    if (!(operand() instanceof Field field)) {
      throw invalid(start, "a constant always exists", "expected a field; " + FIELDS);
    }
    require(")", "write exists(json.a)");
    return new Expression.Exists(field);
  }

  private Expression test() {
    Token start = token;
    Operand left = operand();
    Token operator = token;
    if (isRelation(operator)) {
      advance();
      return comparison(start, left, operator, relation(operator));
    }
    if (operator.isWord("in")) {
      advance();
      return in(start, left, operator);
    }
    if (operator.isWord("matches")) {
      advance();
      return matches(start, left, operator);
    }
    for (TextTest.Kind kind : TextTest.Kind.values()) {
      if (operator.isWord(kind.word)) {
        advance();
        return textTest(start, left, operator, kind);
      }
    }
    return alone(start, left);
  }

  /** An operand without an operator. */
  private Expression alone(Token start, Operand operand) {
    if (operand instanceof Field.Json json) {
      refuseCall(json);
      refuseUnknownOperator();
      node(start);
      return new Expression.IsTrue(json);
    }
    if (operand instanceof Constant.Truth truth) {
      refuseUnknownOperator();
      return new Expression.Always(truth.value());
    }
    refuseUnknownOperator();
    String problem =
        operand instanceof Field field
            ? start.text() + " is " + field.type().text + ", not a condition"
            : "a constant is not a condition";
    throw invalid(token, problem, "expected an operator: " + TESTS);
  }

  /** {@code json.a.startsWith('x')} is a path with a parenthesis after it. */
  private void refuseCall(Field.Json json) {
    if (token.isSymbol("(") && !json.steps().isEmpty()) {
      throw invalid(
          token, "fields have no methods", "write the operator between: json.a startsWith 'x'");
    }
  }

  private void refuseUnknownOperator() {
    if (token.kind() == Kind.NAME
        && !token.isWord("and")
        && !token.isWord("or")
        && !token.isWord("AND")
        && !token.isWord("OR")) {
      throw invalid(
          token,
          found() + " is not an operator" + NearestName.suggestion(token.text(), TEST_WORDS),
          "operators: " + TESTS + " && || !");
    }
    if (token.kind() == Kind.STRING || token.kind() == Kind.NUMBER) {
      throw invalid(token, "an operator is missing", "expected an operator: " + TESTS);
    }
  }

  private Expression comparison(Token start, Operand left, Token operator, Relation relation) {
    node(operator);
    Token rightStart = token;
    Operand right = operand();
    if (left instanceof Field field) {
      return comparison(field, operator, relation, right, rightStart);
    }
    if (right instanceof Field field) {
      return comparison(field, operator, relation.flipped(), left, start);
    }
    throw invalid(start, "a comparison of two constants", "one side must be a field; " + FIELDS);
  }

  private Expression comparison(
      Field left, Token operator, Relation relation, Operand right, Token rightStart) {
    boolean unordered = right instanceof Constant.Null || right instanceof Constant.Truth;
    if (unordered && relation.isOrder()) {
      throw invalid(
          operator, rightStart.text() + " has no order", "it can be compared with == and != only");
    }
    if (right instanceof Constant constant) {
      return new Expression.Comparison(left, relation, typed(left, constant, rightStart));
    }
    if (right instanceof Field other && !comparable(left.type(), other.type())) {
      throw invalid(
          rightStart,
          "a comparison of " + left.type().text + " with " + other.type().text,
          "it would never hold; compare fields of the same type");
    }
    return new Expression.Comparison(left, relation, right);
  }

  private static boolean comparable(Type a, Type b) {
    return a == Type.ANY || b == Type.ANY || (a == Type.TEXT) == (b == Type.TEXT);
  }

  /** The constant as it is compared with the field: a text becomes a time. */
  private Constant typed(Field field, Constant constant, Token at) {
    Type type = field.type();
    if (constant instanceof Constant.Null || type == Type.ANY) {
      return constant;
    }
    if (type == Type.TIME && constant instanceof Constant.Text text) {
      return time(text.text(), at);
    }
    boolean fits =
        type == Type.TEXT ? constant instanceof Constant.Text : constant instanceof Constant.Number;
    if (fits) {
      return constant;
    }
    String expected =
        switch (type) {
          case TEXT -> "expected a string such as 'a'";
          case NUMBER -> "expected a number such as 100";
          case TIME -> "expected a time such as '2026-11-22T09:30:00Z', or microseconds since 1970";
          case ANY -> throw new IllegalStateException("any constant fits");
        };
    throw invalid(at, "the field is " + type.text, expected);
  }

  private Constant.Time time(String text, Token at) {
    try {
      return new Constant.Time(text, TimeText.micros(text));
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(
          at,
          "not a time",
          "expected ISO-8601 with at most 6 decimals, such as '2026-11-22T09:30:00.123456Z' or"
              + " '2026-11-22' (UTC if there is no zone), or microseconds since 1970");
    }
  }

  private Expression in(Token start, Operand left, Token operator) {
    Field field = field(start, left, operator);
    node(operator);
    require("[", "write in ['a', 'b']");
    List<Constant> constants = new ArrayList<>();
    do {
      Token at = token;
      if (at.isSymbol("]")) {
        throw invalid(at, "a constant is missing", "write in ['a', 'b']");
      }
      if (!(operand() instanceof Constant constant)) {
        throw invalid(at, "a field in a list", "expected a constant; compare fields with ==");
      }
      constants.add(typed(field, constant, at));
    } while (accept(","));
    if (!token.isSymbol("]")) {
      throw invalid(token, "expected , or ] before " + found(), "write in ['a', 'b']");
    }
    advance();
    return new Expression.In(field, constants);
  }

  private Expression textTest(Token start, Operand left, Token operator, TextTest.Kind kind) {
    Field field = textField(start, left, operator);
    return new TextTest(field, kind, constantText(operator).text());
  }

  private Expression matches(Token start, Operand left, Token operator) {
    Field field = textField(start, left, operator);
    Token text = constantText(operator);
    if (++patterns > FilterLimits.PATTERNS) {
      throw invalid(
          text,
          "more than " + FilterLimits.PATTERNS + " regular expressions",
          "join them with |, or use startsWith, endsWith or contains");
    }
    try {
      return new Expression.Matches(field, SafePattern.compile(text.text()));
    } catch (SafePattern.RefusedException e) {
      throw invalid(text, e.getMessage(), e.advice());
    }
  }

  private Field textField(Token start, Operand left, Token operator) {
    Field field = field(start, left, operator);
    if (field.type() != Type.TEXT && field.type() != Type.ANY) {
      throw invalid(
          operator,
          "the field is " + field.type().text,
          "compare it with == != < <= > >=; " + operator.text() + " is for text");
    }
    node(operator);
    return field;
  }

  private Token constantText(Token operator) {
    Token text = token;
    node(text);
    if (text.kind() != Kind.STRING) {
      throw invalid(
          text,
          "expected a string before " + found(),
          "the right side of " + operator.text() + " is a constant such as 'a'");
    }
    advance();
    return text;
  }

  private Field field(Token start, Operand left, Token operator) {
    if (left instanceof Field field) {
      return field;
    }
    throw invalid(start, "a constant before " + operator.text(), "expected a field; " + FIELDS);
  }

  private Operand operand() {
    Token start = token;
    node(start);
    switch (start.kind()) {
      case STRING -> {
        advance();
        return new Constant.Text(start.text());
      }
      case NUMBER -> {
        advance();
        return new Constant.Number(start.text());
      }
      case NAME -> {
        return named();
      }
      case SYMBOL, END ->
          throw invalid(start, "expected a field or a constant before " + found(), FIELDS);
    }
    throw new IllegalStateException("kind " + start.kind());
  }

  private Operand named() {
    Token name = token;
    advance();
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
        throw invalid(
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
    if (token.isSymbol(".") || token.isSymbol("[")) {
      String advice =
          field == Fixed.VALUE
              ? "write json.a for a field of a JSON value"
              : "write the operator between: key startsWith 'x'";
      throw invalid(token, field.text + " has no parts", advice);
    }
    return field;
  }

  private Field header() {
    String advice = "write headers['name']";
    require("[", advice);
    Token name = token;
    if (name.kind() != Kind.STRING) {
      throw invalid(name, "expected the name of a header before " + found(), advice);
    }
    advance();
    require("]", advice);
    return new Field.Header(name.text());
  }

  private Field json(Token start) {
    List<Field.Step> steps = new ArrayList<>();
    while (token.isSymbol(".") || token.isSymbol("[")) {
      if (steps.size() == FilterLimits.JSON_STEPS) {
        throw invalid(
            token,
            "a path of more than " + FilterLimits.JSON_STEPS + " steps",
            "deeper values cannot be compared");
      }
      steps.add(accept(".") ? member() : inBrackets());
    }
    Field.Json json = new Field.Json(steps);
    jsonFields.add(json);
    if (jsonFields.size() > FilterLimits.JSON_PATHS) {
      throw invalid(
          start,
          "more than " + FilterLimits.JSON_PATHS + " different JSON paths",
          "compare fewer fields");
    }
    return json;
  }

  private Field.Step member() {
    Token name = token;
    if (name.kind() != Kind.NAME) {
      throw invalid(
          name,
          "expected a name before " + found(),
          "write json.name, json['a name'] or json.list[0]");
    }
    advance();
    return new Field.Member(name.text());
  }

  private Field.Step inBrackets() {
    String advice = "write json.list[0] or json['a name']";
    advance();
    Token inner = token;
    Field.Step step;
    if (inner.kind() == Kind.STRING) {
      step = new Field.Member(inner.text());
    } else if (inner.kind() == Kind.NUMBER && inner.text().matches("\\d{1,9}")) {
      step = new Field.Element(Integer.parseInt(inner.text()));
    } else {
      throw invalid(inner, "expected a position from 0 or a name in quotes", advice);
    }
    advance();
    require("]", advice);
    return step;
  }

  private static boolean isRelation(Token token) {
    return token.kind() == Kind.SYMBOL && relation(token) != null;
  }

  private static boolean isTestWord(Token token) {
    return token.kind() == Kind.NAME && TEST_WORDS.contains(token.text());
  }

  /** The relation that a token writes, or null. */
  private static Relation relation(Token token) {
    for (Relation relation : Relation.values()) {
      if (relation.symbol.equals(token.text())) {
        return relation;
      }
    }
    return null;
  }

  private void deeper(Token at) {
    if (++depth > FilterLimits.DEPTH) {
      throw invalid(
          at,
          "parentheses and ! are nested more than " + FilterLimits.DEPTH + " deep",
          "remove parentheses that are not needed");
    }
  }

  private void node(Token at) {
    if (++nodes > FilterLimits.NODES) {
      throw invalid(
          at,
          "more than " + FilterLimits.NODES + " fields, constants and operators",
          "shorten the filter, or split it into several subscriptions");
    }
  }

  private boolean accept(String symbol) {
    if (!token.isSymbol(symbol)) {
      return false;
    }
    if (symbol.equals("&&") || symbol.equals("||")) {
      node(token);
    }
    advance();
    return true;
  }

  private void require(String symbol, String advice) {
    if (!accept(symbol)) {
      throw invalid(token, "expected " + symbol + " before " + found(), advice);
    }
  }

  private void advance() {
    token = lexer.next();
  }

  private String found() {
    return switch (token.kind()) {
      case END -> "the end";
      case STRING -> "a string";
      case NAME, NUMBER, SYMBOL -> "'" + token.text() + "'";
    };
  }

  private InvalidFilterException invalid(Token at, String problem, String advice) {
    return lexer.invalid(at.start(), problem, advice);
  }
}
