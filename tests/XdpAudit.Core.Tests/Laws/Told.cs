namespace XdpAudit.Core.Tests;

/// <summary>What events tell to have happened, in the words of <see cref="Deed"/>.</summary>
internal static class Told
{
    internal static IEnumerable<(string Subject, string What, JournalEvent Fact)> By(JournalEvent fact) => fact switch
    {
        ProgramLoaded e => [(Program(e.Program.Key), "loaded", fact)],
        ProgramFound e => [(Program(e.Program.Key), "loaded", fact)],
        ProgramUnloaded e => [(Program(e.Program), "unloaded", fact)],
        LinkCreated e => [(Link(e.Link.Key.Id), "created", fact)],
        LinkFound e => [(Link(e.Link.Key.Id), "created", fact)],
        LinkProgramReplaced e => [(Link(e.Link.Id), $"given {e.NewProgram.Id}", fact)],
        LinkDetached e => [(Link(e.Link.Id), "detached", fact)],
        LinkReleased e => [(Link(e.Link.Id), "released", fact)],
        AttachmentEstablished e => [(Place(e.AttachPoint.Netns, e.AttachPoint.IfIndex, e.Mode), $"on {e.Program.Id} by {(e.Link is { } l ? $"link {l.Id}" : "netlink")}", fact)],
        AttachmentReplaced e => [(Place(e.AttachPoint.Netns, e.AttachPoint.IfIndex, e.Mode), $"{e.OldProgram.Id} replaced by {e.NewProgram.Id}", fact)],
        AttachmentRemoved e => [(Place(e.AttachPoint.Netns, e.AttachPoint.IfIndex, e.Mode), $"off {e.Program.Id}", fact)],
        _ => [],
    };

    internal static string Program(ProgramKey key) => $"program {key.Id} of {key.LoadedNs}";

    internal static string Link(KernelLinkId id) => $"link {id}";

    internal static string Place(NetnsCookie netns, IfIndex index, XdpMode mode) => $"interface {netns}/{index} {mode}";
}
