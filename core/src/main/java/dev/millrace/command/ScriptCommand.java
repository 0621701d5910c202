package dev.millrace.command;

/** A call of a {@link Script} by its digest, which knows how to send the source when the server has lost it. */
final class ScriptCommand<T> extends Command<T> {
    private final Command<T> bySource;

    ScriptCommand(Verb verb, Command<T> bySource, Object[] arguments) {
        super(verb, bySource.decoder(), arguments);
        this.bySource = bySource;
    }

    @Override
    Command<T> withVerb(Verb changed) {
        Object[] arguments = new Object[argumentCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = argument(i);
        }
        return new ScriptCommand<>(changed, bySource, arguments);
    }

    @Override
    public Command<T> withScriptSource() {
        return bySource;
    }
}
