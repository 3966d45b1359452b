package dev.weir.dsl.ast;

import dev.weir.dsl.source.Span;

/** A name as written at a place. */
public record Name(Span span, String text) {}
