using System.CommandLine;
using System.CommandLine.Help;

namespace XdpAudit.Cli;

/// <summary>All commands, in the order in which help shows them.</summary>
internal static class Commands
{
    /// <summary>The whole command line. A plain command: the library's root command would take its name from the process.</summary>
    internal static Command Root(Grammar grammar)
    {
        var root = Grammar.Noun(
            "xdpaudit",
            "Records the lifecycles of XDP programs and links, finds leaks, and says who holds them, since when, and what to type.",
            UpCommand.Make(grammar),
            ProgramCommands.Make(grammar),
            LinkCommands.Make(grammar),
            AttachmentCommands.Make(grammar),
            MapCommands.Make(grammar),
            InterfaceCommands.Make(grammar),
            HolderCommands.Make(grammar),
            FindingCommands.Make(grammar),
            OperationCommands.Make(grammar),
            EventCommand.Make(grammar),
            StateCommand.Make(grammar),
            DiffCommand.Make(grammar),
            ReconcileCommand.Make(grammar),
            PluginCommands.Make(grammar),
            DoctorCommand.Make(grammar),
            StatusCommand.Make(grammar),
            CompletionCommand.Make(grammar),
            CompletionCommand.Complete(grammar),
            VersionCommand.Make(grammar));
        root.Add(grammar.Server);
        root.Add(new HelpOption("--help", "-h") { Description = "show help" });
        return root;
    }
}
