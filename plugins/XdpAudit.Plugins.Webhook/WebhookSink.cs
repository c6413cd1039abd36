using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Webhook;

/// <summary>
/// A sink that posts. What the receiver answers with 2xx is its own; what it answers with another 4xx than 408, 425 and 429 it will never take. Of a
/// request that it found wrong in itself the halves are sent again, so that one event does not take others with it.
/// </summary>
public sealed class WebhookSink : ISink
{
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    /// <summary>Makes it; nothing is connected before the first delivery.</summary>
    public WebhookSink(WebhookOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            // Where a request goes is the operator's word alone: not a receiver's, and not the environment's.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 1 << 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // then the name is looked up anew
            SslOptions = new() { CertificateChainPolicy = TrustedRoots.Policy(options.Roots) },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("xdpaudit");
    }

    // A path may be the receiver's secret, as with those of chat systems.
    private string Target => _options.Url.GetLeftPart(UriPartial.Authority);

    /// <inheritdoc/>
    public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(new SinkDescriptor { Target = Target, MaxBatch = _options.MaxBatch });
    }

    /// <inheritdoc/>
    public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var events = batch.ToArray();
        List<RefusedEnvelope> refused = [];
        var (done, most) = (0, _options.MaxBatch);
        while (done < events.Length)
        {
            var piece = Piece.Of(events.AsSpan(done), _options.Body, most, _options.MaxBytes);
            Answer answer;
            try
            {
                answer = await PostAsync(piece, cancellation).ConfigureAwait(false);
            }
            catch (SinkTrouble trouble)
            {
                return trouble.After(done, refused);
            }

            if (answer is { Taken: false, OfTheRequest: true } && piece.Events > 1)
            {
                most = piece.Events / 2;
                continue;
            }

            if (!answer.Taken)
            {
                refused.AddRange(events.Skip(done).Take(piece.Events).Select(e => new RefusedEnvelope(e.Id, answer.Why)));
            }

            done += piece.Events;
            most = Math.Min(most * 2, _options.MaxBatch);
        }

        return new() { Accepted = done, Refused = refused };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Answer> PostAsync(Piece piece, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(_options.Deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var request = piece.Request(_options.Url, _options.Key, _time.GetUtcNow());
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return await Answer.ReadAsync(response, Target, _time.GetUtcNow(), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SinkTrouble(string.Create(CultureInfo.InvariantCulture, $"cannot deliver to {Target}: no answer within {_options.Deadline.TotalSeconds:0.###} s; see whether the receiver is overloaded, or raise 'deadline_ms'"));
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new SinkTrouble($"cannot deliver to {Target}: {SinkText.Of(cause)}; it comes again", cause);
        }
    }
}
