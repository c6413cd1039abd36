using System.Globalization;
using System.Text;

namespace XdpAudit.Agent;

/// <summary>
/// Which programs of this boot are accounted for: those up to a floor, and above it one by one. A number is accounted for when its program was heard, seen or
/// told. The floor follows a look behind: what was loaded before the last look, in which all listened, and is not heard with this one, is none of ours to
/// hear. Kept in a small file, since the journal names programs in scope only, and read at the next start.
/// </summary>
internal sealed class ProgramAccount(string? directory)
{
    // More than were ever between two looks: what is longer was not written by us.
    private const uint LongestRange = 10_000_000;

    private readonly SortedSet<uint> _above = [];
    private bool _begun;
    private uint _floor;
    private uint _highest;
    private string _written = "";

    private string? File => directory is null ? null : Path.Combine(directory, "accounted");

    /// <summary>Reads what an earlier auditor left in this boot.</summary>
    internal void Open(BootId boot)
    {
        if (File is not { } path || !System.IO.File.Exists(path) || System.IO.File.ReadAllText(path).Split(' ') is not [var of, var floor, .. var ranges] || of != boot.Value
            || !uint.TryParse(floor, CultureInfo.InvariantCulture, out var all))
        {
            return;
        }

        (_begun, _floor, _highest) = (true, all, all);
        foreach (var range in ranges)
        {
            if (range.Split('-') is [var from, var to] && uint.TryParse(from, CultureInfo.InvariantCulture, out var first) && uint.TryParse(to, CultureInfo.InvariantCulture, out var last)
                && first <= last && last - first < LongestRange)
            {
                for (var id = first; id <= last; id++)
                {
                    Add(id);
                }
            }
        }
    }

    /// <summary>What a look told, saw, or heard of before it began, what was heard after it being told with the next; and what sensors loaded themselves.</summary>
    internal void Add(IEnumerable<JournalEvent> events, Observation seen, IEnumerable<Heard> heard, IEnumerable<SensorStatus> sensors)
    {
        foreach (var id in events.Select(e => e is ProgramFound f ? f.Program.Key.Id : e is ProgramLoaded l ? l.Program.Key.Id : default)
            .Concat(seen.Programs.Select(p => p.Id))
            .Concat(heard.Where(h => h.Notice.BootNs <= (seen.StartedBootNs ?? ulong.MaxValue)).Select(h => h.Notice).OfType<ProgramLoadNotice>().Select(n => n.Id))
            .Concat(sensors.SelectMany(s => s.OwnPrograms)))
        {
            Add(id.Value);
        }
    }

    /// <summary>How many programs of any type were loaded up to an odometer's own, and are not accounted for; null when that is not known.</summary>
    internal ulong? Unseen(uint? odometer) =>
        _begun && odometer is { } now && now > _floor ? (ulong)(now - _floor - 1 - (_above.Count == 0 ? 0 : _above.TakeWhile(id => id < now).Count())) : null;

    /// <summary>All listened until this look ended.</summary>
    internal void Advance(BootId boot)
    {
        var highest = Math.Max(_highest, _above.Count == 0 ? 0 : _above.Max);

        // What there was when the first auditor came was loaded before anybody could listen.
        _floor = _begun ? Math.Max(_floor, _highest) : highest;
        (_begun, _highest) = (true, highest);
        _above.RemoveWhere(id => id <= _floor);
        Write(boot);
    }

    private void Add(uint id)
    {
        if (id > _floor)
        {
            _above.Add(id);
        }
    }

    private void Write(BootId boot)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{boot} {_floor}{string.Concat(Ranges().Select(r => $" {r.First}-{r.Last}"))}");
        if (File is not { } path || text == _written)
        {
            return;
        }

        Directory.CreateDirectory(directory!);
        System.IO.File.WriteAllBytes(path + ".new", Encoding.ASCII.GetBytes(text));
        System.IO.File.Move(path + ".new", path, overwrite: true);
        _written = text;
    }

    private IEnumerable<(uint First, uint Last)> Ranges()
    {
        (uint First, uint Last)? open = null;
        foreach (var id in _above)
        {
            if (open is { } range && id == range.Last + 1)
            {
                open = (range.First, id);
                continue;
            }

            if (open is { } done)
            {
                yield return done;
            }

            open = (id, id);
        }

        if (open is { } last)
        {
            yield return last;
        }
    }
}
