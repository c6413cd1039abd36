using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>link</c> and what can be done with one.</summary>
internal static class LinkCommands
{
    internal static Command Make(Grammar g) => Grammar.Noun(
        "link",
        "links, which tie programs to interfaces and live on their own",
        List(g), Show(g), History(g), Attach(g), Update(g), Detach(g), Pin(g), Unpin(g));

    private static Command List(Grammar g) => g.Verb(
        "list",
        "links that exist, defunct ones too",
        async s =>
        {
            var route = Route.With(Routes.Links, ("at", s.At), ("all", s.Value(g.All) ? "true" : null));
            await s.ListAsync(route, ApiJson.Default.IReadOnlyListLinkView, LinkRenderer.List, "no links");
            return ExitCode.Done;
        },
        g.All, g.At, g.Output);

    private static Command Show(Grammar g) => g.Verb(
        "show",
        "one link: its program, its interface, and what holds it",
        async s =>
        {
            await s.ShowAsync(Route.With(Routes.Link, ("select", s.Value(g.Link)), ("at", s.At)), ApiJson.Default.LinkView, LinkRenderer.Show);
            return ExitCode.Done;
        },
        g.Link, g.At, g.Output);

    private static Command History(Grammar g) =>
        HistoryCommand.Make(g, "all that happened to a link, one line an event", Routes.LinkHistory, "select", g.Link);

    private static Command Attach(Grammar g)
    {
        var name = new Option<string>("--interface") { Description = "name of the interface", HelpName = "IF", Required = true };
        var netlink = new Option<bool>("--netlink") { Description = "without a link: the attachment belongs to the interface and to nobody else" };
        return OperationCommand.Make(
            g,
            "attach",
            "attach a loaded program to an interface",
            s => s.Value(netlink) && s.Typed(g.Pin)
                ? throw new CliFailure(LocalProblem.Both("--netlink", "--pin"))
                : new()
                {
                    Kind = OperationKinds.LinkAttach,
                    Program = s.Value(g.Program),
                    Interface = s.Value(name),
                    Netns = s.Value(g.Netns),
                    Mode = s.Value(g.Mode),
                    ByNetlink = s.Value(netlink),
                    ExpectedOld = OperationCommand.Expected(s),
                },
            g.Program, name, g.Netns, g.Mode, netlink, g.Expected, g.Pin, g.Ephemeral);
    }

    private static Command Update(Grammar g)
    {
        var program = new Option<string>("--program") { Description = "the program to put in: kernel id, name:X, tag:X, pin:PATH or key", HelpName = "SEL", Required = true };
        program.CompletionSources.Add(g.Live.Programs);
        return OperationCommand.Make(
            g,
            "update",
            "replace the program of a link without a moment in between",
            s => new() { Kind = OperationKinds.LinkUpdate, Link = s.Value(g.Link), Program = s.Value(program), ExpectedOld = OperationCommand.Expected(s) },
            g.Link, program, g.Expected);
    }

    private static Command Detach(Grammar g)
    {
        var link = new Argument<string>("LINK")
        {
            Description = "kernel id, pin:PATH or key of a link; interface:NAME or interface:NAME@NETNS for what is attached by netlink",
            HelpName = "LINK",
        };
        link.CompletionSources.Add(g.Live.LinksAndInterfaces);
        return OperationCommand.Make(
            g,
            "detach",
            "detach; the program stays loaded as long as anything holds it",
            s => new() { Kind = OperationKinds.LinkDetach, Link = s.Value(link), ExpectedOld = OperationCommand.Expected(s) },
            link, g.Expected);
    }

    private static Command Pin(Grammar g)
    {
        var path = OperationCommand.PinArgument();
        return OperationCommand.Make(
            g,
            "pin",
            "pin a link",
            s => new() { Kind = OperationKinds.LinkPin, Link = s.Value(g.Link), Pin = new PinPath(s.Absolute(s.Value(path))) },
            g.Link, path);
    }

    private static Command Unpin(Grammar g)
    {
        var pin = OperationCommand.PinOption();
        return OperationCommand.Make(
            g,
            "unpin",
            "remove a pin of a link",
            s => new() { Kind = OperationKinds.LinkUnpin, Link = s.Value(g.Link), Pin = new PinPath(s.Absolute(s.Value(pin)!)) },
            g.Link, pin);
    }
}
