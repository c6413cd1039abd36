using System.Globalization;
using System.Text;

namespace XdpAudit.Agent;

/// <summary>
/// How far programs are accounted for: the highest id of which all before are in the journal or known to be none of it. Kept in a small file, since the
/// journal names programs in scope only, and read at the next start to count what was loaded while nobody listened.
/// </summary>
internal sealed class ProgramAccount(string? directory)
{
    private uint _reached;
    private uint? _from;
    private ulong _told;

    private string? File => directory is null ? null : Path.Combine(directory, "accounted");

    /// <summary>Reads what an earlier auditor left in this boot, and counts from there.</summary>
    internal void Open(BootId boot)
    {
        if (File is { } path && System.IO.File.Exists(path)
            && System.IO.File.ReadAllText(path).Split(' ') is [var of, var id] && of == boot.Value && uint.TryParse(id, CultureInfo.InvariantCulture, out var before))
        {
            (_reached, _from, _told) = (before, before, 0);
        }
    }

    /// <summary>Nobody listens from here on: counts what is told of programs all the same.</summary>
    internal void Begin()
    {
        if (_from is null && _reached > 0)
        {
            (_from, _told) = (_reached, 0);
        }
    }

    /// <summary>What is told while nobody listened, by the look or by what was still heard.</summary>
    internal void Count(IEnumerable<JournalEvent> events)
    {
        if (_from is { } from)
        {
            _told += (ulong)events.Select(e => e is ProgramFound f ? f.Program.Key.Id.Value : e is ProgramLoaded l ? l.Program.Key.Id.Value : 0).Count(id => id > from);
        }
    }

    /// <summary>
    /// How many programs of any type were loaded since nobody listened, up to an odometer's own, and are in no event; null when it was not counted.
    /// The count ends with this.
    /// </summary>
    internal ulong? End(uint? odometer)
    {
        var unseen = _from is { } from && odometer is { } now && now > from ? (ulong?)Math.Max(0, (long)(now - from - 1) - (long)_told) : null;
        _from = null;
        return unseen;
    }

    /// <summary>All up to an id is accounted for.</summary>
    internal void Reach(BootId boot, uint id)
    {
        if (id <= _reached)
        {
            return;
        }

        _reached = id;
        if (File is { } path)
        {
            Directory.CreateDirectory(directory!);
            System.IO.File.WriteAllBytes(path + ".new", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{boot} {id}")));
            System.IO.File.Move(path + ".new", path, overwrite: true);
        }
    }

    /// <summary>The highest id in what was heard and seen.</summary>
    internal static uint Highest(IReadOnlyList<Heard> heard, Observation seen) =>
        Math.Max(
            heard.Select(h => h.Notice).OfType<ProgramLoadNotice>().Select(n => n.Id.Value).DefaultIfEmpty().Max(),
            seen.Programs.Select(p => p.Id.Value).DefaultIfEmpty().Max());
}
