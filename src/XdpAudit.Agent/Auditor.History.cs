namespace XdpAudit.Agent;

/// <summary>Histories of single subjects.</summary>
public sealed partial class Auditor
{
    /// <summary>All that was recorded of a subject of this host, oldest first.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string subject) =>
        [.. (await _reader.HistoryAsync(subject, null, CancellationToken.None)).Select(e => HistoryEntries.Of(e, "host"))];
}
