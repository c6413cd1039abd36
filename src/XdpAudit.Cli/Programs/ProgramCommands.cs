using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>program</c> and what can be done with one.</summary>
internal static class ProgramCommands
{
    internal static Command Make(Grammar g) => Grammar.Noun(
        "program", "programs in the kernel, and those that were", List(g), Show(g), History(g), Load(g), Unload(g), Pin(g), Unpin(g));

    private static Command List(Grammar g)
    {
        var state = new Option<string?>("--state") { Description = "only programs in this state: attached, retained, unloaded or unknown", HelpName = "STATE" };
        state.AcceptOnlyFromAmong(ProgramStates.Attached, ProgramStates.Retained, ProgramStates.Unloaded, ProgramStates.Unknown);
        return g.Verb(
            "list",
            "programs that are loaded",
            async s =>
            {
                var all = s.Value(g.All) || s.Value(state) == ProgramStates.Unloaded;
                var route = Route.With(Routes.Programs, ("at", s.At), ("state", s.Value(state)), ("all", all ? "true" : null));
                await s.ListAsync(route, ApiJson.Default.IReadOnlyListProgramView, ProgramRenderer.List, "no programs");
                return ExitCode.Done;
            },
            state, g.All, g.At, g.Output);
    }

    private static Command Show(Grammar g) => g.Verb(
        "show",
        "one program: where it is attached, what holds it, and why it is still there",
        async s =>
        {
            await s.ShowAsync(Route.With(Routes.Program, ("select", s.Value(g.Program)), ("at", s.At)), ApiJson.Default.ProgramView, ProgramRenderer.Show);
            return ExitCode.Done;
        },
        g.Program, g.At, g.Output);

    private static Command History(Grammar g) =>
        HistoryCommand.Make(g, "all that happened to a program, one line an event", Routes.ProgramHistory, "select", g.Program);

    private static Command Load(Grammar g)
    {
        var file = new Argument<string>("OBJECT") { Description = "ELF object file on the auditor's host", HelpName = "OBJECT" };
        var name = new Option<string>("--program") { Description = "the program's function name in the object", HelpName = "NAME", Required = true };
        return OperationCommand.Make(
            g,
            "load",
            "load one program of an object file",
            s => new() { Kind = OperationKinds.ProgramLoad, ObjectPath = s.Absolute(s.Value(file)), Program = s.Value(name) },
            file, name, g.Pin, g.Ephemeral);
    }

    private static Command Unload(Grammar g) => OperationCommand.Make(
        g,
        "unload",
        "let go of a program: remove our pins and descriptors of it; it goes when nothing else holds it",
        s => new() { Kind = OperationKinds.ProgramUnload, Program = s.Value(g.Program) },
        g.Program);

    private static Command Pin(Grammar g)
    {
        var path = OperationCommand.PinArgument();
        return OperationCommand.Make(
            g,
            "pin",
            "pin a program",
            s => new() { Kind = OperationKinds.ProgramPin, Program = s.Value(g.Program), Pin = new PinPath(s.Absolute(s.Value(path))) },
            g.Program, path);
    }

    private static Command Unpin(Grammar g)
    {
        var pin = OperationCommand.PinOption();
        return OperationCommand.Make(
            g,
            "unpin",
            "remove a pin of a program",
            s => new() { Kind = OperationKinds.ProgramUnpin, Program = s.Value(g.Program), Pin = new PinPath(s.Absolute(s.Value(pin)!)) },
            g.Program, pin);
    }
}
