using System.Globalization;
using System.Text;

namespace XdpAudit.Plugins.Webhook;

/// <summary>What a receiver answered for good.</summary>
/// <param name="Taken">It is the receiver's now; otherwise the receiver will never take it.</param>
/// <param name="OfTheRequest">It refused for what is in the request, not for who sends it or where to.</param>
/// <param name="Why">In words; empty when it was taken.</param>
internal sealed record Answer(bool Taken, bool OfTheRequest, string Why)
{
    private const int MostOfItsWords = 200;

    /// <exception cref="SinkTrouble">It is an answer for now only: the same comes again.</exception>
    internal static async Task<Answer> ReadAsync(HttpResponseMessage response, string target, DateTimeOffset now, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            >= 200 and < 300 => new(true, false, ""),
            >= 300 and < 400 => throw Trouble(response, target, now, "redirects are not followed; set 'url' to the receiver itself"),
            401 or 403 or 404 or 405 or 407 => throw Trouble(response, target, now, "set 'url' to where it takes events, and give it the right to send there; all of them wait"),
            408 or 425 or 429 => throw Trouble(response, target, now, "it comes again"),
            >= 400 and < 500 => new(false, status is 400 or 413 or 422, $"{target} answered {Number(status)}{await WordsAsync(response, cancellation).ConfigureAwait(false)}"),
            _ => throw Trouble(response, target, now, "it comes again"),
        };
    }

    private static SinkTrouble Trouble(HttpResponseMessage response, string target, DateTimeOffset now, string next) =>
        new($"cannot deliver to {target}: it answered {Number((int)response.StatusCode)}; {next}") { RetryAfter = RetryAfter(response, now) };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter switch { { Delta: { } delta } => delta, { Date: { } date } => date - now, _ => (TimeSpan?)null };
        return wait > TimeSpan.Zero ? wait : null;
    }

    // A receiver's own words are for people who look into the dead letters: a beginning of them, and plain.
    private static async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var bytes = new byte[MostOfItsWords];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return length == 0 ? "" : $": {SinkText.Plain(Encoding.UTF8.GetString(bytes, 0, length).Trim())}";
        }
    }

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);
}
