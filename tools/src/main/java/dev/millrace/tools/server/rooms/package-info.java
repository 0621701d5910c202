/**
 * Listening rooms: who listens, what is playing, and plugins whose components everybody who joins is shown. Entry: {@link
 * dev.millrace.tools.server.rooms.RoomsService}. Plugins stand on {@link dev.millrace.storage.PluginStorage}; listeners are in a
 * sorted set beside it, in the slot of the room.
 */
@NullMarked
package dev.millrace.tools.server.rooms;

import org.jspecify.annotations.NullMarked;
