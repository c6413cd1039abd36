namespace XdpAudit.Core.Tests;

/// <summary>Compares whole lists of events, every member of them, in order.</summary>
internal static class Events
{
    internal static void Are(IEnumerable<JournalEvent> actual, params JournalEvent[] expected) =>
        Assert.Equal(expected.Select(Canonical.Of), actual.Select(Canonical.Of));
}
