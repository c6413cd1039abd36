using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>Gathers the coverage of one part of a look while it is read.</summary>
internal sealed class LookPart(string method)
{
    /// <summary>A host with thousands of unreadable processes needs the count of them, not a line for each.</summary>
    private const int MostGaps = 32;

    private readonly List<CoverageGap> _gaps = [];
    private int _more;
    private bool _missed;

    /// <summary>How it was read.</summary>
    internal string Method { get; set; } = method;

    /// <summary>Something that exists may not have been seen: the part is not complete.</summary>
    internal void Missed(string what, string why, int? errno = null)
    {
        _missed = true;
        Add(what, why, errno);
    }

    /// <summary>All objects were seen, but not everything about them: the part stays complete.</summary>
    internal void Lessened(string what, string why, int? errno = null) => Add(what, why, errno);

    /// <summary>What another part missed is missing here too: this one was looked for where that one led.</summary>
    internal void Follow(LookPart other)
    {
        _missed |= other._missed;
        _gaps.AddRange(other._gaps);
        _more += other._more;
    }

    internal PartCoverage Build()
    {
        if (_more > 0)
        {
            _gaps.Add(new() { What = Words.MoreGaps(_more), Why = Words.MoreGapsWhy });
            _more = 0;
        }

        return new() { Complete = !_missed, Method = Method, Gaps = _gaps };
    }

    private void Add(string what, string why, int? errno)
    {
        if (_gaps.Count < MostGaps)
        {
            _gaps.Add(new() { What = what, Why = why, Errno = errno });
        }
        else
        {
            _more++;
        }
    }
}
