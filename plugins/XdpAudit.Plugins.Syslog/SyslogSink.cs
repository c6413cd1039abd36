using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Syslog;

/// <summary>A sink that tells syslog. It keeps its connection while that stands, and makes another with the next batch when it does not.</summary>
public sealed class SyslogSink(SyslogOptions options, TimeProvider time) : ISink
{
    private Transport? _transport;

    /// <inheritdoc/>
    public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(new SinkDescriptor { Target = options.Target.ToString(), MaxBatch = options.MaxBatch });
    }

    /// <inheritdoc/>
    public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(options.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var most = Math.Min(batch.Count, options.MaxBatch);
        try
        {
            if (_transport is { Alive: false })
            {
                Close();
            }

            _transport ??= await Transport.OpenAsync(options, time, either.Token).ConfigureAwait(false);
            var sent = await _transport.SendAsync([.. batch.Take(most).Select(e => SyslogMessage.Of(e, options))], either.Token).ConfigureAwait(false);
            if (sent == most)
            {
                return new() { Accepted = sent };
            }

            Close();
            return Trouble("it went away after a part of them").After(sent);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Close();
            return Trouble(string.Create(CultureInfo.InvariantCulture, $"it did not take the messages within {options.Deadline.TotalSeconds:0.###} s")).After(0);
        }
        catch (OperationCanceledException)
        {
            Close(); // half a message may be on its way
            throw;
        }
        catch (Exception cause) when (cause is IOException or SocketException or AuthenticationException or Win32Exception)
        {
            Close();
            cancellation.ThrowIfCancellationRequested();
            return Trouble(SinkText.Of(cause)).After(0);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private SinkTrouble Trouble(string why) => new($"cannot deliver to {options.Target}: {why}; it comes again");

    private void Close()
    {
        _transport?.Dispose();
        _transport = null;
    }
}
