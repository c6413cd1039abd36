using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>A spool on disk for each sensor, so that what they heard outlasts a journal that is away, and this process. None without a directory.</summary>
internal sealed class Spools(string? directory, BootId? boot, ILogger logger) : IDisposable
{
    private const long MostBytes = 64 * 1024 * 1024;
    private const int AtOnce = 20_000;

    private readonly Dictionary<string, NoticeSpool> _open = [];
    private readonly Dictionary<string, int> _peeked = [];
    private readonly HashSet<string> _failed = [];

    /// <summary>Opens what an earlier auditor left for these sensors.</summary>
    internal void Open(IEnumerable<string> sensors)
    {
        foreach (var sensor in sensors)
        {
            _ = Of(sensor);
        }
    }

    internal void Append(IReadOnlyList<Heard> heard)
    {
        foreach (var group in heard.GroupBy(h => h.Sensor))
        {
            Of(group.Key)?.Append([.. group.Where(h => !h.Told).Select(h => h.Notice)]);
        }
    }

    /// <summary>The oldest, in the order of each sensor; and whether there is more than that.</summary>
    internal (IReadOnlyList<Heard> Heard, bool More) Peek()
    {
        var heard = new List<Heard>();
        var more = false;
        foreach (var (sensor, spool) in _open.Where(s => s.Value.Count > 0))
        {
            var notices = spool.Peek(AtOnce);
            _peeked[sensor] = notices.Count;
            heard.AddRange(notices.Select(n => new Heard(sensor, n)));
            more |= spool.Count > notices.Count;
        }

        return (heard, more);
    }

    /// <summary>These follow what was given last, and are given with it.</summary>
    internal void Hold(IReadOnlyList<Heard> heard)
    {
        Append(heard);
        foreach (var (sensor, spool) in _open)
        {
            _peeked[sensor] = spool.Peek(_peeked.GetValueOrDefault(sensor) + heard.Count(h => h.Sensor == sensor && !h.Told)).Count;
        }
    }

    /// <summary>What was given last is in the journal.</summary>
    internal void Remove()
    {
        foreach (var (sensor, count) in _peeked)
        {
            _open[sensor].Remove(count);
        }

        _peeked.Clear();
    }

    public void Dispose()
    {
        foreach (var spool in _open.Values)
        {
            spool.Dispose();
        }

        _open.Clear();
    }

    private NoticeSpool? Of(string sensor)
    {
        if (_open.TryGetValue(sensor, out var spool) || directory is null || boot is null || _failed.Contains(sensor))
        {
            return spool;
        }

        try
        {
            return _open[sensor] = new(Path.Combine(directory, sensor), boot.Value.Value, MostBytes, logger);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Recording goes on without it; what is heard while the journal is away is then kept in memory alone, and the log says so.
            logger.NoSpool(sensor, cause.Message);
            _failed.Add(sensor);
            return null;
        }
    }
}
