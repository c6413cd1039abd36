namespace XdpAudit.Core.Tests;

/// <summary>What begins and ends with an event, by name.</summary>
internal static class Lives
{
    internal static string? Begun(JournalEvent fact) => fact switch
    {
        ProgramLoaded e => Kernel(e.Program.Key),
        ProgramFound e => Kernel(e.Program.Key),
        LinkCreated e => e.Link.Key.Value,
        LinkFound e => e.Link.Key.Value,
        AttachmentEstablished e => Place(e.AttachPoint, e.Mode),
        _ => null,
    };

    internal static string? Ended(JournalEvent fact) => fact switch
    {
        ProgramUnloaded e => Kernel(e.Program),
        LinkReleased e => e.Link.Value,
        AttachmentRemoved e => Place(e.AttachPoint, e.Mode),
        _ => null,
    };

    internal static IEnumerable<(string From, string To)> Moved(JournalEvent fact) =>
        fact is InterfaceMoved e ? e.InForce.Select(a => (Place(e.From, a.Mode), Place(e.To, a.Mode))) : [];

    /// <summary>What begins only once, by its whole key.</summary>
    internal static string? Once(JournalEvent fact) => fact is ProgramLoaded or ProgramFound or LinkCreated or LinkFound ? fact.Subjects[0] : null;

    // Under one id there is one program at a time, whatever of it is known.
    private static string Kernel(ProgramKey key) => $"{ProgramKey.Kind} {key.Boot} {key.Id}";

    private static string Place(AttachPointKey at, XdpMode mode) => $"{at} {mode}";
}
