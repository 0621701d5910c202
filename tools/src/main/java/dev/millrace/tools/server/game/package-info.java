/**
 * The game: connections of many players in several processes, whose state is read and changed by every line they send; over TCP for
 * telnet, over WebSocket, and shown over HTTP. Entry: {@link dev.millrace.tools.server.game.ConnectionsService}.
 *
 * <p>Reading order: {@code GameFields}, {@code GameConnection}, {@code Game}, {@code Profiles}, {@code
 * ProfileWriter}, {@code TelnetServer}. Uses {@code
 * state}, a few hashes beside it, and the server's kernel.
 */
@NullMarked
package dev.millrace.tools.server.game;

import org.jspecify.annotations.NullMarked;
