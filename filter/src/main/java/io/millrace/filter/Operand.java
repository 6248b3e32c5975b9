package io.millrace.filter;

/** A side of a comparison. */
sealed interface Operand permits Field, Constant {}
