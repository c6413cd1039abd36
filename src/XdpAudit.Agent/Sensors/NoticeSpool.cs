using System.Text;
using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>
/// Keeps notices on disk, in order, while the journal cannot be written. What it was given and could not keep stands in it as a
/// <see cref="LossNotice"/>. It survives the auditor's being killed at any instruction: then a notice may be given twice, and never is one lost
/// untold. The calls may come from several threads.
/// </summary>
internal sealed partial class NoticeSpool : IDisposable
{
    private const int ENOSPC = 28;
    private const int EDQUOT = 122;
    private const int LargestSegment = 4 << 20;
    private const int SmallestSegment = 4 << 10;

    private readonly Lock _turn = new();
    private readonly string _directory;
    private readonly string _boot;
    private readonly long _maxBytes;
    private readonly ILogger _logger;
    private readonly int _segmentBytes;
    private readonly List<SpoolSegment> _segments = [];
    private List<SpoolLoss> _losses = [];
    private SpoolPosition _position;
    private ulong _next;
    private SpoolStateFile? _file;
    private bool _stateTrouble;

    /// <summary>Opens what an earlier auditor left there; what is of another boot is dropped, and told.</summary>
    /// <param name="directory">Its own directory; made when missing, for root alone.</param>
    /// <param name="boot">The boot's id: the times of notices mean nothing in another.</param>
    /// <param name="maxBytes">How large the notices may become on disk; 8 KiB more are used for where it stands.</param>
    /// <param name="logger">Told of everything that is lost.</param>
    /// <exception cref="IOException">Another process uses it, or the directory cannot be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory is closed to this process.</exception>
    internal NoticeSpool(string directory, string boot, long maxBytes, ILogger logger)
    {
        (_directory, _boot, _maxBytes, _logger) = (directory, boot, maxBytes, logger);

        // Bytes come free a segment at a time: a small spool needs small ones.
        _segmentBytes = (int)Math.Clamp(maxBytes / 8, SmallestSegment, LargestSegment);
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(directory, Private);
        File.SetUnixFileMode(directory, Private);
        try
        {
            _file = new(directory);
        }
        catch (IOException full) when (full.HResult is ENOSPC or EDQUOT)
        {
            // A full disk is one of the reasons for which there is a spool: it is opened all the same, and keeps count.
            StateNotKept(full);
        }

        try
        {
            _position = Open(_file?.Read());
        }
        catch
        {
            _file?.Dispose();
            throw;
        }
    }

    /// <summary>Notices in it, those among them that are damaged included.</summary>
    internal long Count
    {
        get
        {
            lock (_turn)
            {
                return (long)(_next - _position.Number) + _losses.Count;
            }
        }
    }

    /// <summary>Bytes on disk.</summary>
    internal long Bytes
    {
        get
        {
            lock (_turn)
            {
                return Used;
            }
        }
    }

    private long Used => _segments.Sum(s => s.Length);

    public void Dispose()
    {
        lock (_turn)
        {
            _segments.ForEach(s => s.Dispose());
            _file?.Dispose();
        }
    }

    // What was lost is written down before the evidence of it is removed: killed in between, it is told twice.
    private SpoolPosition Open(SpoolState? state)
    {
        var found = SpoolSegment.In(_directory).ToList();
        var removed = found.Where(s => s.First < state?.Position.Segment).ToList();
        found.RemoveAll(removed.Contains);
        var ours = state?.Boot == _boot;
        var others = ours ? [] : found.Where(s => BootOf(s) != _boot).ToList();
        _segments.AddRange(found.Except(others));
        var last = _segments.LastOrDefault();
        var end = last is null ? default : End(last);
        var othersFirst = Math.Max(others.FirstOrDefault()?.First ?? 0, state?.Position.Number ?? 0);
        var othersNext = others.Count == 0 ? 0 : End(others[^1]).Next;
        var left = othersNext > othersFirst ? othersNext - othersFirst : 0;
        _next = Math.Max(Math.Max(1, state?.Position.Number ?? 0), Math.Max(othersNext, end.Next));
        var first = _segments.FirstOrDefault()?.First ?? _next;
        _position = ours ? state!.Position : new(first, 0, first, 0);
        if (ours)
        {
            // Once its record is on disk, a loss stands there.
            _losses.AddRange(state!.Losses.Where(l => l.Number >= _next));
        }
        else
        {
            left += (ulong)(state?.Losses.Sum(l => (long)l.Count) ?? 0);
        }

        if (left > 0)
        {
            _logger.SpoolOfAnotherBoot(_directory, left);
            Lose(new(left, 0, 0, "the host was started again before they could be written into the journal", _next));
        }

        if (last is not null && last.Length > end.Byte)
        {
            _logger.SpoolTorn(_directory, last.Length - end.Byte);
            Lose(new(1, end.BootNs ?? _position.BootNs, null, "the auditor was ended while it wrote them to disk", _next));
        }

        Save();
        if (last is not null && last.Length > end.Byte)
        {
            Try(() => last.Cut(end.Byte));
        }

        if (end.Byte == 0 && last is not null)
        {
            _segments.Remove(last);
            removed.Add(last);
        }

        removed.Concat(others).ToList().ForEach(s => Try(s.Delete));
        return _position;
    }

    /// <summary>Where the sound part of a segment ends, the number that comes next, and the moment of the last notice.</summary>
    private static (long Byte, ulong Next, ulong? BootNs) End(SpoolSegment segment)
    {
        var bytes = new byte[segment.Length];
        segment.Read(0, bytes);
        var cursor = new SpoolCursor(bytes, true);
        (ulong Next, ulong? BootNs) end = (segment.First, null);
        while (cursor.Next(out var number, out var text))
        {
            if (text[0] == '{')
            {
                end = (number + 1, TryParse(text)?.BootNs ?? end.BootNs);
            }
        }

        return (cursor.End, end.Next, end.BootNs);
    }

    private static string? BootOf(SpoolSegment segment)
    {
        var bytes = new byte[Math.Min(segment.Length, 256)];
        segment.Read(0, bytes);
        return SpoolRecord.TryRead(bytes, out _, out var text) ? Encoding.UTF8.GetString(text) : null;
    }

    private void Save()
    {
        try
        {
            _file ??= new(_directory);
            _file.Write(new(_boot, _position, _losses));
            _stateTrouble = false;
        }
        catch (Exception refused) when (IsDisk(refused))
        {
            StateNotKept(refused);
        }
    }

    private void StateNotKept(Exception refused)
    {
        if (!_stateTrouble)
        {
            _logger.SpoolPositionNotKept(_directory, refused.Message);
        }

        _stateTrouble = true;
    }

    private void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception refused) when (IsDisk(refused))
        {
            // A file that stays is found again by whoever opens the spool next.
            StateNotKept(refused);
        }
    }

    private static bool IsDisk(Exception e) => e is IOException or UnauthorizedAccessException;
}
