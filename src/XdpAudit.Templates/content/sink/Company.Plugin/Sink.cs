using System.Text.Json;
using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>
/// Hands events on: here, as lines of JSON to a file. The auditor keeps the place in the journal, waits and asks again; a sink only delivers, and says
/// how much of a batch is the receiver's. That the receiver is away is an outcome, never an exception.
/// </summary>
public sealed class Sink(string path) : ISink
{
    /// <inheritdoc/>
    public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation) => new(new SinkDescriptor { Target = path, MaxBatch = 100 });

    /// <inheritdoc/>
    public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            foreach (var envelope in batch)
            {
                await JsonSerializer.SerializeAsync(file, new { id = envelope.Id, @event = envelope.Entry.Event, sentence = envelope.Entry.Sentence }, cancellationToken: cancellation);
                file.WriteByte((byte)'\n');
            }

            // What is said to be accepted must be the receiver's: on its disk.
            file.Flush(flushToDisk: true);
            return new() { Accepted = batch.Count };
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // What of it did arrive comes again under the same ids.
            return new() { Accepted = 0, Trouble = $"cannot write to '{path}': {cause.GetType().Name}; look whether its directory is there and may be written" };
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
