package dev.weir.server.http;

/** What a caller may do. */
public enum Role {
  /** Send events and ask for decisions. */
  INGEST,
  /** See alerts, metrics and how things stand. */
  READ,
  /** Look after deliveries; includes {@link #READ}. */
  OPERATE,
  /** Everything. */
  ADMIN;

  /** Whether this role allows what that one does. */
  boolean allows(Role needed) {
    return this == ADMIN || this == needed || this == OPERATE && needed == READ;
  }
}
