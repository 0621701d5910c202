/**
 * Small facts of plugins, by room: {@link dev.millrace.storage.Storage} is the entry, {@link
 * dev.millrace.storage.PluginStorage} what a plugin is given, {@link dev.millrace.storage.RoomPlugins} what a room shows of
 * all of them. Stands on batches and on the cache.
 */
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;
