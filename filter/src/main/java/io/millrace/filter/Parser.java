package io.millrace.filter;

import io.millrace.filter.Expression.TextTest;
import io.millrace.filter.Field.Type;
import io.millrace.filter.Token.Kind;
import io.millrace.protocol.NearestName;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses a filter by recursive descent. The grammar is in {@code docs/filters.md}; there is a
 * method for each rule of it. {@link OperandParser} has the rules of fields and constants.
 */
final class Parser {

  private static final String TESTS = "== != < <= > >= in startsWith endsWith contains matches";
  private static final List<String> TEST_WORDS =
      List.of("in", "startsWith", "endsWith", "contains", "matches");

  private final Tokens tokens;
  private final OperandParser operands;
  private final TypeCheck types;
  private int patterns;

  private Parser(Tokens tokens) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens);
    this.types = new TypeCheck(tokens);
  }

  /**
   * Parses a whole text.
   *
   * @throws InvalidFilterException if the text is not a filter
   */
  static Expression parse(String text) {
    Parser parser = new Parser(new Tokens(new Lexer(text)));
    Expression expression = parser.or();
    parser.requireEnd();
    return expression;
  }

  private void requireEnd() {
    if (tokens.current().kind() == Kind.END) {
      return;
    }
    if (tokens.current().isSymbol(")")) {
      throw tokens.invalid(
          tokens.current(), "no parenthesis is open", "remove the ), or add a ( before it");
    }
    if (isAnd(tokens.current())) {
      throw tokens.invalid(
          tokens.current(), tokens.found() + " is not an operator", "write && for \"and\"");
    }
    if (isOr(tokens.current())) {
      throw tokens.invalid(
          tokens.current(), tokens.found() + " is not an operator", "write || for \"or\"");
    }
    if (isRelation(tokens.current())) {
      throw tokens.invalid(
          tokens.current(),
          "a comparison has two sides",
          "write a < b && b < c instead of a < b < c");
    }
    throw tokens.invalid(
        tokens.current(), "expected && or || before " + tokens.found(), "or the end of the filter");
  }

  private Expression or() {
    List<Expression> operands = new ArrayList<>(List.of(and()));
    while (tokens.accept("||")) {
      operands.add(and());
    }
    return Expression.any(operands);
  }

  private Expression and() {
    List<Expression> operands = new ArrayList<>(List.of(not()));
    while (tokens.accept("&&")) {
      operands.add(not());
    }
    return Expression.all(operands);
  }

  private Expression not() {
    Token start = tokens.current();
    if (!tokens.accept("!")) {
      return primary();
    }
    tokens.count(start);
    tokens.deeper(start);
    Token first = tokens.current();
    Expression operand = not();
    tokens.shallower();
    boolean isTest =
        operand instanceof Expression.Comparison
            || operand instanceof Expression.In
            || operand instanceof TextTest
            || operand instanceof Expression.Matches;
    if (isTest && !first.isSymbol("(") && !first.isSymbol("!")) {
      throw tokens.invalid(
          start, "'!' stands before a comparison", "put the comparison in parentheses: !(a == b)");
    }
    return new Expression.Not(operand);
  }

  private Expression primary() {
    Token start = tokens.current();
    if (start.isSymbol("(")) {
      tokens.deeper(start);
      tokens.advance();
      Expression inner = or();
      if (!tokens.current().isSymbol(")")) {
        throw tokens.invalid(
            tokens.current(),
            "expected ) before " + tokens.found(),
            "the ( is character " + (start.start() + 1));
      }
      tokens.advance();
      tokens.shallower();
      if (isRelation(tokens.current()) || isTestWord(tokens.current())) {
        throw tokens.invalid(
            tokens.current(),
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
    tokens.count(tokens.current());
    tokens.advance();
    tokens.require("(", "write exists(json.a)");
    Token start = tokens.current();
    if (!(operands.operand() instanceof Field field)) {
      throw tokens.invalid(
          start, "a constant always exists", "expected a field; " + OperandParser.FIELDS);
    }
    tokens.require(")", "write exists(json.a)");
    return new Expression.Exists(field);
  }

  private Expression test() {
    Token start = tokens.current();
    Operand left = operands.operand();
    Token operator = tokens.current();
    if (isRelation(operator)) {
      tokens.advance();
      return comparison(start, left, operator, relation(operator));
    }
    if (operator.isWord("in")) {
      tokens.advance();
      return in(start, left, operator);
    }
    if (operator.isWord("matches")) {
      tokens.advance();
      return matches(start, left, operator);
    }
    for (TextTest.Kind kind : TextTest.Kind.values()) {
      if (operator.isWord(kind.word)) {
        tokens.advance();
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
      tokens.count(start);
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
    throw tokens.invalid(tokens.current(), problem, "expected an operator: " + TESTS);
  }

  /** {@code json.a.startsWith('x')} is a path with a parenthesis after it. */
  private void refuseCall(Field.Json json) {
    if (tokens.current().isSymbol("(") && !json.steps().isEmpty()) {
      throw tokens.invalid(
          tokens.current(),
          "fields have no methods",
          "write the operator between: json.a startsWith 'x'");
    }
  }

  private void refuseUnknownOperator() {
    if (tokens.current().kind() == Kind.NAME
        && !isAnd(tokens.current())
        && !isOr(tokens.current())) {
      throw tokens.invalid(
          tokens.current(),
          tokens.found()
              + " is not an operator"
              + NearestName.suggestion(tokens.current().text(), TEST_WORDS),
          "operators: " + TESTS + " && || !");
    }
    if (tokens.current().kind() == Kind.STRING || tokens.current().kind() == Kind.NUMBER) {
      throw tokens.invalid(
          tokens.current(), "an operator is missing", "expected an operator: " + TESTS);
    }
  }

  private Expression comparison(Token start, Operand left, Token operator, Relation relation) {
    tokens.count(operator);
    Token rightStart = tokens.current();
    Operand right = operands.operand();
    if (left instanceof Field field) {
      return comparison(field, operator, relation, right, rightStart);
    }
    if (right instanceof Field field) {
      return comparison(field, operator, relation.flipped(), left, start);
    }
    throw tokens.invalid(
        start,
        "a comparison of two constants",
        "one side must be a field; " + OperandParser.FIELDS);
  }

  private Expression comparison(
      Field left, Token operator, Relation relation, Operand right, Token rightStart) {
    boolean unordered = right instanceof Constant.Null || right instanceof Constant.Truth;
    if (unordered && relation.isOrder()) {
      throw tokens.invalid(
          operator, rightStart.text() + " has no order", "it can be compared with == and != only");
    }
    if (right instanceof Constant constant) {
      return new Expression.Comparison(left, relation, types.constant(left, constant, rightStart));
    }
    if (right instanceof Field other && !TypeCheck.comparable(left.type(), other.type())) {
      throw tokens.invalid(
          rightStart,
          "a comparison of " + left.type().text + " with " + other.type().text,
          "it would never hold; compare fields of the same type");
    }
    return new Expression.Comparison(left, relation, right);
  }

  private Expression in(Token start, Operand left, Token operator) {
    Field field = field(start, left, operator);
    tokens.count(operator);
    tokens.require("[", "write in ['a', 'b']");
    List<Constant> constants = new ArrayList<>();
    do {
      Token at = tokens.current();
      if (at.isSymbol("]")) {
        throw tokens.invalid(at, "a constant is missing", "write in ['a', 'b']");
      }
      if (!(operands.operand() instanceof Constant constant)) {
        throw tokens.invalid(
            at, "a field in a list", "expected a constant; compare fields with ==");
      }
      constants.add(types.constant(field, constant, at));
    } while (tokens.accept(","));
    if (!tokens.current().isSymbol("]")) {
      throw tokens.invalid(
          tokens.current(), "expected , or ] before " + tokens.found(), "write in ['a', 'b']");
    }
    tokens.advance();
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
      throw tokens.invalid(
          text,
          "more than " + FilterLimits.PATTERNS + " regular expressions",
          "join them with |, or use startsWith, endsWith or contains");
    }
    try {
      return new Expression.Matches(field, SafePattern.compile(text.text()));
    } catch (SafePattern.RefusedException e) {
      throw tokens.invalid(text, e.getMessage(), e.advice());
    }
  }

  private Field textField(Token start, Operand left, Token operator) {
    Field field = field(start, left, operator);
    if (field.type() != Type.TEXT && field.type() != Type.ANY) {
      throw tokens.invalid(
          operator,
          "the field is " + field.type().text,
          "compare it with == != < <= > >=; " + operator.text() + " is for text");
    }
    tokens.count(operator);
    return field;
  }

  private Token constantText(Token operator) {
    Token text = tokens.current();
    tokens.count(text);
    if (text.kind() != Kind.STRING) {
      throw tokens.invalid(
          text,
          "expected a string before " + tokens.found(),
          "the right side of " + operator.text() + " is a constant such as 'a'");
    }
    tokens.advance();
    return text;
  }

  private Field field(Token start, Operand left, Token operator) {
    if (left instanceof Field field) {
      return field;
    }
    throw tokens.invalid(
        start, "a constant before " + operator.text(), "expected a field; " + OperandParser.FIELDS);
  }

  private static boolean isAnd(Token token) {
    return token.isWord("and") || token.isWord("AND");
  }

  private static boolean isOr(Token token) {
    return token.isWord("or") || token.isWord("OR");
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
}
