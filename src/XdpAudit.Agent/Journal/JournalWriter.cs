using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>
/// Appends to one journal, one batch after another. A batch whose fate is not known is kept and tried again before anything else:
/// as long as it is not known, nothing new may take its place. Used under the agent's turn; not for concurrent calls.
/// </summary>
internal sealed class JournalWriter(IJournal journal, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private (IReadOnlyList<JournalEvent> Events, DateTimeOffset At)? _unclear;

    /// <summary>The last position known to be on disk.</summary>
    internal long Position { get; private set; }

    /// <summary>Why it cannot be written now; null when the last append went through.</summary>
    internal string? Trouble { get; private set; }

    internal async Task OpenAsync(CancellationToken cancellation) => Position = await journal.PositionAsync(cancellation);

    /// <summary>Appends; waits out a database that is away for as long as the patience lasts.</summary>
    /// <exception cref="JournalUnavailableException">Patience ran out. The batch is kept: <see cref="SettleAsync"/> tells its fate.</exception>
    /// <exception cref="JournalConflictException">Somebody else writes this journal. Nothing can be appended any more.</exception>
    internal async Task<IReadOnlyList<JournalEntry>> AppendAsync(IReadOnlyList<JournalEvent> events, TimeSpan patience, CancellationToken cancellation)
    {
        if (_unclear is not null)
        {
            throw new InvalidOperationException($"journal '{journal.Name}' has a batch whose fate is not known; settle it first");
        }

        if (events.Count == 0)
        {
            return [];
        }

        var at = time.GetUtcNow();
        _unclear = (events, at);
        return await TryAsync(events, at, patience, cancellation);
    }

    /// <summary>Finishes a batch whose fate is not known; nothing when there is none.</summary>
    internal Task<IReadOnlyList<JournalEntry>> SettleAsync(TimeSpan patience, CancellationToken cancellation) =>
        _unclear is { } batch ? TryAsync(batch.Events, batch.At, patience, cancellation) : Task.FromResult<IReadOnlyList<JournalEntry>>([]);

    private async Task<IReadOnlyList<JournalEntry>> TryAsync(IReadOnlyList<JournalEvent> events, DateTimeOffset at, TimeSpan patience, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            try
            {
                // Not to be cancelled: whoever gives up waiting must know the batch's fate all the same before anything else can be appended.
                var entries = await journal.AppendAsync(Position, events, at, CancellationToken.None);
                Position = entries[^1].Position;
                _unclear = null;
                Trouble = null;
                return entries;
            }
            catch (JournalUnavailableException cause)
            {
                Trouble = cause.Message;
                logger.JournalAway(journal.Name, cause.Message);
                if (time.GetElapsedTime(began) > patience - pause)
                {
                    throw;
                }
            }

            catch (JournalConflictException cause)
            {
                Trouble = cause.Message;
                throw;
            }

            await Task.Delay(pause, time, cancellation); // the database has no event that tells when it is back
        }
    }
}
