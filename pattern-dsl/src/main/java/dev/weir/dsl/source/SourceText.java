package dev.weir.dsl.source;

/**
 * A rule file's name and text. Immutable.
 *
 * @param name path as it is shown in messages
 * @param text the whole text
 */
public record SourceText(String name, String text) {}
