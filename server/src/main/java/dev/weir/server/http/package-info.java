/**
 * The service over HTTP: events in, alerts and the engine's state out. Sees the engine through
 * {@code EngineAccess} alone. Requests are read and answered on the threads of the HTTP server,
 * never on those of the engine.
 */
@org.jspecify.annotations.NullMarked
package dev.weir.server.http;
