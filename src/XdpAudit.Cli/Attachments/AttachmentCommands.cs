using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>attachment list</c>.</summary>
internal static class AttachmentCommands
{
    internal static Command Make(Grammar g) => Grammar.Noun(
        "attachment",
        "programs in force at interfaces, by a link or by netlink",
        g.Verb(
            "list",
            "every attachment in every network namespace",
            async s =>
            {
                await s.ListAsync(Route.With(Routes.Attachments, ("at", s.At)), ApiJson.Default.IReadOnlyListAttachmentView, AttachmentRenderer.List, "no attachments");
                return ExitCode.Done;
            },
            g.At, g.Output));
}
