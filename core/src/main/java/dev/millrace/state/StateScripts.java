package dev.millrace.state;

import dev.millrace.command.Script;
import dev.millrace.command.Value;

/** The scripts of the state; each file says what it takes, answers and does atomically. */
final class StateScripts {
    static final Script<Value> EXCHANGE = Script.of(source("exchange.lua"));
    static final Script<Value> CENSUS = Script.of(source("census.lua"));

    static final Script<Value> SESSION = Script.of(source("session.lua"));

    private StateScripts() {}

    private static String source(String name) {
        return Script.source(StateScripts.class, name);
    }
}
