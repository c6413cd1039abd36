using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>
/// Watches that a journal's positions follow each other without a hole: they are dense by contract, so a hole means that an event was taken
/// out or withheld.
/// </summary>
internal sealed class JournalOrder
{
    private readonly Dictionary<string, long> last = [];

    /// <summary>A journal is at this position now; the next event is the one after it.</summary>
    internal void Begin(string journal, long position) => last.TryAdd(journal, position);

    /// <summary>The entry is not one that was seen already, as after a connection was lost; a hole ends the command with exit code 6.</summary>
    internal bool IsNew(HistoryEntry entry)
    {
        if (!last.TryGetValue(entry.Journal, out var before) || entry.Position == before + 1)
        {
            last[entry.Journal] = entry.Position;
            return true;
        }

        return entry.Position <= before
            ? false
            : throw new CliFailure(LocalProblem.Hole(entry.Journal, before, entry.Position));
    }
}
