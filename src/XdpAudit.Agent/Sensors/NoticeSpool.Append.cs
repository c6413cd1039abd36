namespace XdpAudit.Agent;

internal sealed partial class NoticeSpool
{
    private const int LongestReason = 120;
    private bool _losing;

    /// <summary>
    /// Adds notices with one write, given to the kernel when it returns (one more for each segment they fill). What there is no room for, or what the
    /// disk refuses, is counted. Never throws for what the disk does.
    /// </summary>
    internal void Append(IReadOnlyList<KernelNotice> notices)
    {
        lock (_turn)
        {
            var at = 0;
            while (at < notices.Count)
            {
                var written = Write(notices, at, out var why);
                if (written == 0)
                {
                    GiveUp(notices.Skip(at), why);
                    return;
                }

                at += written;
            }
        }
    }

    // Fills up one segment, beginning with what was lost before; how many notices are written. None are when not even one fits.
    private int Write(IReadOnlyList<KernelNotice> notices, int from, out string why)
    {
        var fresh = _segments.Count == 0 || _segments[^1].Length >= _segmentBytes;
        var tail = fresh ? new SpoolSegment(_directory, _next, 0) : _segments[^1];
        var room = _maxBytes - Used;
        using var batch = new SpoolBatch();
        if (fresh)
        {
            batch.Add(_boot, _next);
        }

        var number = _next;
        long? firstLossEnd = null;
        foreach (var loss in _losses)
        {
            batch.Add(loss.Notice(notices[from].BootNs), number++);
            firstLossEnd ??= tail.Length + batch.Length;
        }

        why = "the disk space for notices that wait for the journal is used up";
        var taken = 0;
        while (from + taken < notices.Count && (taken == 0 || tail.Length + batch.Length < _segmentBytes))
        {
            var before = batch.Length;
            batch.Add(notices[from + taken], number);
            if (batch.Length > room)
            {
                batch.Cut(before);
                break;
            }

            number++;
            taken++;
        }

        if (taken == 0)
        {
            return 0;
        }

        try
        {
            tail.Append(batch.Bytes);
        }
        catch (Exception refused) when (IsDisk(refused))
        {
            tail.Dispose();
            why = Reason(refused);
            return 0;
        }

        _next = number;
        if (fresh)
        {
            _segments.LastOrDefault()?.Dispose();
            _segments.Add(tail);
        }

        if (firstLossEnd is { } behind)
        {
            Written(new(tail.First, behind, _losses[0].Number + 1, _losses[0].Notice(notices[from].BootNs).BootNs));
        }

        return taken;
    }

    // The losses stand in a segment now; the first one ends there.
    private void Written(SpoolPosition firstEnd)
    {
        if (_given is [.., { Loss: true } mark])
        {
            _given[^1] = mark with { Loss = false, Behind = firstEnd };
        }

        if (_losing)
        {
            _logger.SpoolTakesAgain(_directory, (ulong)_losses.Sum(l => (long)l.Count));
        }

        _losing = false;
        _losses.Clear();
        Save();
    }

    private void GiveUp(IEnumerable<KernelNotice> notices, string why)
    {
        if (!_losing)
        {
            _logger.SpoolLosing(_directory, why);
        }

        _losing = true;
        Lose(notices
            .Select(n => n is LossNotice l
                ? new SpoolLoss(l.Count ?? 1, Math.Min(l.SinceBootNs, l.BootNs), l.BootNs, why, _next)
                : new SpoolLoss(1, n.BootNs, n.BootNs, why, _next))
            .Aggregate((a, b) => a.And(b)));
        Save();
    }

    // One loss stands for all that follow one another. The one that was given is left as it was given, or it could not be removed.
    private void Lose(SpoolLoss loss)
    {
        if (_losses.Count == (IsLossGiven ? 1 : 0))
        {
            _losses.Add(loss with { Number = _next + (ulong)_losses.Count });
        }
        else
        {
            _losses[^1] = _losses[^1].And(loss);
        }
    }

    private static string Reason(Exception refused) => refused.HResult is ENOSPC or EDQUOT
        ? "the disk is full"
        : refused.Message[..Math.Min(refused.Message.Length, LongestReason)];
}
