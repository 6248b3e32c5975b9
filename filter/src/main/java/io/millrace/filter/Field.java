package io.millrace.filter;

import java.util.List;

/** A field of an event, as a filter names it. */
sealed interface Field extends Operand {

  /** What a field can contain, as far as it is known before an event is read. */
  enum Type {
    TEXT("text"),
    NUMBER("a number"),
    TIME("a time"),
    ANY("any JSON value");

    /** For messages. */
    final String text;

    Type(String text) {
      this.text = text;
    }
  }

  Type type();

  /** Whether the value of the event must be read as JSON. */
  default boolean isJson() {
    return this instanceof Json;
  }

  /** A field that every event has. */
  enum Fixed implements Field {
    SOURCE("source", Type.TEXT),
    KEY("key", Type.TEXT),
    VALUE("value", Type.TEXT),
    TIMESTAMP("timestamp", Type.TIME),
    APPEND_TIME("appendTime", Type.TIME),
    OFFSET("offset", Type.NUMBER),
    PARTITION("partition", Type.NUMBER),
    SIZE("size", Type.NUMBER);

    final String text;
    private final Type type;

    Fixed(String text, Type type) {
      this.text = text;
      this.type = type;
    }

    @Override
    public Type type() {
      return type;
    }
  }

  /** The first header with a name. */
  record Header(String name) implements Field {
    @Override
    public Type type() {
      return Type.TEXT;
    }
  }

  /** The JSON value at a path; without steps the whole JSON text. */
  record Json(List<Step> steps) implements Field {
    public Json {
      steps = List.copyOf(steps);
    }

    @Override
    public Type type() {
      return Type.ANY;
    }
  }

  /** One step of a JSON path. */
  sealed interface Step {}

  /** The first member of an object with a name. */
  record Member(String name) implements Step {}

  /** An element of an array, counted from 0. */
  record Element(int index) implements Step {}
}
