package dev.millrace.connection;

import dev.millrace.resp.RespReader;

/**
 * What a shared connection tells of its generations and of the messages between replies. Called by the threads that
 * write and read it, never two at once for one generation; must not block.
 */
interface Pushes {
    /** Of a connection that asked for none. */
    Pushes NONE = new Pushes() {
        @Override
        public void connected(ServerFacts facts) {}

        @Override
        public void arrived(RespReader message) {}

        @Override
        public void lost() {}
    };

    /** Hands were shaken; nothing was read since. */
    void connected(ServerFacts facts);

    /** A message came; replies that came before it have been taken, and none that came after it. */
    void arrived(RespReader message);

    /** Nothing more will come; before anybody hears what becomes of calls. May be told twice. */
    void lost();
}
