package dev.weir.dsl.ast;

import dev.weir.dsl.source.Span;

/**
 * A field type as written: {@code text}, {@code money EUR}, {@code decimal(3)}.
 *
 * @param word the type's word
 * @param scale digits of {@code decimal(n)}; -1 where none is written
 * @param unit the currency, or empty
 */
public record TypeName(Span span, String word, int scale, String unit) {}
