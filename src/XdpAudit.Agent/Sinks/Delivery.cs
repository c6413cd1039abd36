using System.Threading.Channels;

namespace XdpAudit.Agent;

/// <summary>
/// Delivers to one sink: reads a page after the cursor, hands it over, moves the cursor, again and again; waits when there is nothing, and longer and
/// longer when it does not go through. What was handed over before the cursor was kept comes again after a crash: at least once, never less.
/// The files of this class are its abilities.
/// </summary>
internal sealed partial class Delivery
{
    private const int LargestPage = 1000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly IReadOnlyDictionary<string, long>? _ends;
    private readonly DeliveryPorts _ports;
    private readonly SinkCall _call;
    private readonly CursorFile _file;
    private readonly DeadLetters _letters;
    private readonly BackOff _backOff = new();
    private SinkStatus _status = new() { Target = "" };
    private SinkCursor _cursor = SinkCursor.None;
    private int _largest;
    private int _most;

    /// <param name="ends">Where it begins when it is new; null for the beginning of the journals.</param>
    internal Delivery(string id, ISink sink, IReadOnlyDictionary<string, long>? ends, DeliveryPorts ports)
    {
        (Id, _ends, _ports) = (id, ends, ports);
        var directory = ports.Directory is { } root ? Path.Combine(root, id) : null;
        _call = new(sink, Deadline, ports.Time);
        _file = new(directory);
        _letters = new(directory);
    }

    internal string Id { get; }

    internal SinkStatus Status
    {
        get
        {
            lock (_lock)
            {
                return _status with
                {
                    Journals = _ports.Journals.Where(j => _cursor.Journals.ContainsKey(j.Name)).ToDictionary(j => j.Name, j => new SinkPosition(
                        _cursor.Journals[j.Name].Position, Math.Max(0, j.End - _cursor.Journals[j.Name].Position))),
                    DeadLetters = _cursor.DeadLetters,
                    DeadLetterFile = _letters.File,
                };
            }
        }
    }

    /// <summary>Lets go of the sink, unless it is still in a call that does not end.</summary>
    internal Task LetGoAsync() => _call.LetGoAsync();

    internal void Wake() => _wake.Writer.TryWrite(true);

    internal async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            try
            {
                if (!await TurnAsync(end))
                {
                    Recovered();
                    await _wake.Reader.ReadAsync(end);
                }
            }
            catch (SinkFaultException fault)
            {
                Faulted(fault);
                _most = Math.Max(1, _most / 2); // what is too much for its time may not be in halves
                await RestAsync(fault.Message, null, end);
            }
            catch (JournalUnavailableException away)
            {
                await RestAsync(away.Message, null, end);
            }
#pragma warning disable CA1031 // whatever one turn ran into must not end the delivery
            catch (Exception cause) when (cause is not OperationCanceledException || !end.IsCancellationRequested)
#pragma warning restore CA1031
            {
                await RestAsync($"{cause.GetType().Name}: {cause.Message}", null, end);
            }
        }
    }

    // Each journal in its turn, so that a flood in one does not keep the other from going out. False when nothing waits.
    private async Task<bool> TurnAsync(CancellationToken end)
    {
        if (_largest == 0)
        {
            var described = await _call.AskAsync("describing itself", (sink, c) => sink.DescribeAsync(c), end);
            SinkAnswers.Check(described);
            await ResumeAsync(end);
            Change(s => s with { Target = PlainText.Of(described.Target) });
            _most = _largest = Math.Min(described.MaxBatch, LargestPage);
        }

        var any = false;
        foreach (var journal in _ports.Journals)
        {
            var batch = await journal.PageAsync(_cursor.Journals[journal.Name].Position, _most, end);
            if (batch.Count > 0)
            {
                any = true;
                await HandOverAsync(journal, batch, end);
            }
        }

        return any;
    }

    private async Task HandOverAsync(OutgoingJournal journal, IReadOnlyList<AuditEnvelope> batch, CancellationToken end)
    {
        var outcome = await _call.AskAsync("delivering", (sink, c) => sink.DeliverAsync(batch, c), end);
        var refused = SinkAnswers.Check(outcome, batch);
        if (outcome.Accepted > 0)
        {
            // First what would otherwise be lost, then the word that it was dealt with.
            _letters.Add(refused, _ports.Time.GetUtcNow());
            Accept(journal, batch[outcome.Accepted - 1].Entry, outcome.Accepted, refused);
        }

        if (outcome.Accepted < batch.Count && (outcome.Accepted == 0 || outcome.Trouble is not null || outcome.RetryAfter is not null))
        {
            await RestAsync(outcome.Trouble ?? "the sink took nothing and did not say why", outcome.RetryAfter, end);
        }
        else
        {
            _most = Math.Min(_most * 2, _largest);
            Recovered();
        }
    }

    private void Accept(OutgoingJournal journal, HistoryEntry last, int count, IReadOnlyList<(AuditEnvelope Envelope, string Why)> refused)
    {
        var cursor = _cursor.To(journal.Name, new(last.Position, last.RecordedAt), refused.Count);
        _backOff.Reset();
        lock (_lock)
        {
            _cursor = cursor;
            _status = _status with { Delivered = _status.Delivered + count - refused.Count, LastRefused = refused.Count > 0 ? PlainText.Of(refused[^1].Why) : _status.LastRefused };
        }

        if (refused.Count > 0)
        {
            _ports.Logger.SinkRefused(Id, refused.Count, refused[0].Envelope.Id, PlainText.Of(refused[0].Why), _letters.File ?? "nothing, for want of a directory");
        }

        if (_file.Write(cursor) is { } why)
        {
            _ports.Logger.CursorNotKept(Id, why);
        }
    }

    private void Change(Func<SinkStatus, SinkStatus> change)
    {
        lock (_lock)
        {
            _status = change(_status);
        }
    }
}
