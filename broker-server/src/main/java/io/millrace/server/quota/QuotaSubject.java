package io.millrace.server.quota;

/** Who or what has a quota. */
public record QuotaSubject(QuotaKind kind, String name) {}
