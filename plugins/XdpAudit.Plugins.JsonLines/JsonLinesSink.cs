using System.Buffers;
using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.JsonLines;

/// <summary>
/// A sink that is a file: one envelope, one line. Accepted means that fsync(2) returned. A batch that failed is taken back as far as the disk allows and
/// comes again; what a crash left of a line is cut off before the next is written.
/// </summary>
public sealed class JsonLinesSink(JsonLinesOptions options) : ISink
{
    private LinesFile? _file;

    /// <inheritdoc/>
    public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(new SinkDescriptor { Target = options.Path, MaxBatch = options.MaxBatch });
    }

    /// <inheritdoc/>
    /// <remarks>Point of no return: the write. It is not interrupted, so that no half of a batch stays.</remarks>
    public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return await Task.Run(() => Deliver(batch), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private SinkOutcome Deliver(IReadOnlyList<AuditEnvelope> batch)
    {
        try
        {
            var lines = Lines(batch);
            if (_file is { InPlace: false })
            {
                Close(); // somebody moved or removed it, as logrotate does
            }

            _file ??= LinesFile.Open(options.Path);
            if (_file.Length > 0 && _file.Length + lines.Length > options.MaxBytes)
            {
                Close();
                Rotation.Turn(options.Path, options.Keep);
                _file = LinesFile.Open(options.Path);
            }

            _file.Append(lines.Span);
            return new() { Accepted = batch.Count };
        }
        catch (SinkTrouble trouble)
        {
            Close();
            return trouble.After(0);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Close();
            return new SinkTrouble($"cannot write '{options.Path}': {cause.Message.TrimEnd('.')}; it goes on by itself once there is room and leave to write").After(0);
        }
    }

    private static ReadOnlyMemory<byte> Lines(IReadOnlyList<AuditEnvelope> batch)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var envelope in batch)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(envelope, EnvelopeJson.Default.AuditEnvelope));
            lines.Write("\n"u8);
        }

        return lines.WrittenMemory;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
