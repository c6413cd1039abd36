namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// The program ids that were seen, as one low watermark and the few ranges above it. The kernel gives ids one by one, and a load that is rejected
/// takes none: a number that stays away is a program that nobody told of.
/// </summary>
internal sealed class ProgramIds
{
    /// <summary>How long an id may stay behind a higher one: a task may be interrupted between taking its id and telling of it.</summary>
    internal const ulong GraceNs = BootClock.Second;

    // The kernel starts again at 1 after INT_MAX; an id that far below the watermark is not a late one.
    private const uint Wrapped = 1u << 30;

    private readonly List<Range> _ahead = [];
    private uint? _low;
    private ulong _lowNs;

    /// <summary>Everything up to <paramref name="id"/> is known or nobody's business.</summary>
    internal void Start(uint id, ulong bootNs)
    {
        (_low, _lowNs) = (id, bootNs);
        _ahead.Clear();
    }

    /// <summary>How many ranges it keeps.</summary>
    internal int Ranges => _ahead.Count;

    internal void Saw(uint id, ulong bootNs)
    {
        if (_low is not { } low || (id < low && low - id > Wrapped))
        {
            Start(id, bootNs);
        }
        else if (id > low)
        {
            Insert(id, bootNs);
            Advance();
        }
    }

    /// <summary>The ids below seen ones that are overdue at <paramref name="now"/>, each told once, and a moment before which none of them was given out.</summary>
    internal bool TryTakeMissing(ulong now, out uint count, out ulong sinceNs)
    {
        count = 0;
        sinceNs = _lowNs > GraceNs ? _lowNs - GraceNs : 0;
        while (IsDue(now))
        {
            count += _ahead[0].First - _low!.Value - 1;
            Take();
        }

        return count > 0;
    }

    /// <summary>Whether an id is overdue.</summary>
    internal bool IsDue(ulong now) => _ahead.Count > 0 && _ahead[0].FirstNs + GraceNs <= now;

    private void Insert(uint id, ulong bootNs)
    {
        // Nearly always the last range, or one of the last few.
        var at = _ahead.Count;
        while (at > 0 && _ahead[at - 1].First > id)
        {
            at--;
        }

        if (at > 0 && id <= _ahead[at - 1].Last)
        {
            return;
        }

        var joinsLeft = at > 0 && _ahead[at - 1].Last + 1 == id;
        var joinsRight = at < _ahead.Count && _ahead[at].First == id + 1;
        if (joinsLeft && joinsRight)
        {
            var (left, right) = (_ahead[at - 1], _ahead[at]);
            _ahead[at - 1] = new(left.First, right.Last, Math.Min(left.FirstNs, right.FirstNs), right.LastNs);
            _ahead.RemoveAt(at);
        }
        else if (joinsLeft)
        {
            _ahead[at - 1] = _ahead[at - 1] with { Last = id, LastNs = bootNs };
        }
        else if (joinsRight)
        {
            _ahead[at] = _ahead[at] with { First = id, FirstNs = Math.Min(bootNs, _ahead[at].FirstNs) };
        }
        else
        {
            _ahead.Insert(at, new(id, id, bootNs, bootNs));
        }
    }

    private void Advance()
    {
        while (_ahead.Count > 0 && _ahead[0].First == _low + 1)
        {
            Take();
        }
    }

    private void Take()
    {
        (_low, _lowNs) = (_ahead[0].Last, _ahead[0].LastNs);
        _ahead.RemoveAt(0);
    }

    private readonly record struct Range(uint First, uint Last, ulong FirstNs, ulong LastNs);
}
