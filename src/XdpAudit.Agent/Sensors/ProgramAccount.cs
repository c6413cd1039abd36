using System.Globalization;
using System.Text;

namespace XdpAudit.Agent;

/// <summary>
/// How far programs are accounted for: the highest id of which all before are in the journal or known to be none of it. Kept in a small file, since the
/// journal names programs in scope only, and read at the next start to count what was loaded while nobody listened.
/// </summary>
internal sealed class ProgramAccount(string? directory)
{
    private uint _written;

    /// <summary>The highest id that an earlier auditor accounted for in this boot; null when there was none.</summary>
    internal uint? Before { get; private set; }

    private string? File => directory is null ? null : Path.Combine(directory, "accounted");

    /// <summary>Reads what an earlier auditor left.</summary>
    internal void Open(BootId boot)
    {
        if (File is { } path && System.IO.File.Exists(path)
            && System.IO.File.ReadAllText(path).Split(' ') is [var of, var id] && of == boot.Value && uint.TryParse(id, CultureInfo.InvariantCulture, out var before))
        {
            Before = before;
        }
    }

    /// <summary>All up to an id is accounted for.</summary>
    internal void Reach(BootId boot, uint id)
    {
        if (File is not { } path || id <= _written)
        {
            return;
        }

        Directory.CreateDirectory(directory!);
        _written = id;
        System.IO.File.WriteAllBytes(path + ".new", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{boot} {id}")));
        System.IO.File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The highest id in what was heard and seen.</summary>
    internal static uint Highest(IReadOnlyList<Heard> heard, Observation seen) =>
        Math.Max(
            heard.Select(h => h.Notice).OfType<ProgramLoadNotice>().Select(n => n.Id.Value).DefaultIfEmpty().Max(),
            seen.Programs.Select(p => p.Id.Value).DefaultIfEmpty().Max());

    /// <summary>How many programs of any type were loaded since, up to an odometer's own, and are in none of these events; null when it was not counted.</summary>
    internal ulong? Unseen(uint? odometer, IEnumerable<JournalEvent> events)
    {
        if (Before is not { } before || odometer is not { } now || now <= before)
        {
            return null;
        }

        var told = events.Select(e => e is ProgramFound f ? f.Program.Key.Id.Value : e is ProgramLoaded l ? l.Program.Key.Id.Value : 0).Count(id => id > before && id < now);
        return (ulong)Math.Max(0, now - before - 1 - told);
    }
}
