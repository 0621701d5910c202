/**
 * Redis commands as immutable values, the replies they decode to, and every way a call can fail.
 *
 * <p>Entry types: {@link dev.millrace.command.Command} and the catalogues named after Redis's data types, such as
 * {@link dev.millrace.command.Strings}; {@link dev.millrace.command.MillraceException} is the root of all failures.
 * Nothing here does any I/O, and nothing here knows the wire format: bytes are read through
 * {@link dev.millrace.command.ReplyReader}. This package may use no other package of Millrace.
 */
@NullMarked
package dev.millrace.command;

import org.jspecify.annotations.NullMarked;
