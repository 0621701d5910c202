package dev.millrace.tools;

import picocli.CommandLine.Command;

/** The root of the command line; what is done, its commands do. */
@Command(
        name = "millrace",
        description = "A Java toolkit for Redis and Valkey that spends as few round trips as possible.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {PeersCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "`millrace COMMAND --help` tells more about a command."})
final class MillraceCommand {}
