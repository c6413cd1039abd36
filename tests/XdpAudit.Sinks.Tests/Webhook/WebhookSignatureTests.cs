using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using XdpAudit.Plugins.Webhook;

namespace XdpAudit.Sinks.Tests;

public sealed class WebhookSignatureTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly byte[] _key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private readonly Folder _folder = new();

    [Theory]
    [InlineData(WebhookBody.CloudEventsBatch)]
    [InlineData(WebhookBody.CloudEventsBinary)]
    [InlineData(WebhookBody.Ocsf)]
    public async Task A_receiver_that_knows_the_secret_can_check_who_posted_and_when(WebhookBody form)
    {
        var time = new FakeTimeProvider(A.Moment);
        await using var receiver = await HttpReceiver.StartAsync();
        await using var sink = new WebhookSink(new() { Url = receiver.Url, Body = form, Key = Key() }, time);

        await sink.DeliverAsync(A.Batch(17, form == WebhookBody.CloudEventsBinary ? 1 : 3), TestContext.Current.CancellationToken);

        var arrived = receiver.Only;
        var (id, timestamp) = (arrived.Headers["webhook-id"], arrived.Headers["webhook-timestamp"]);
        var expected = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{arrived.Body}")));
        Assert.Equal($"v1,{expected}", arrived.Headers["webhook-signature"]);
        Assert.Equal(A.Moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), timestamp);
        Assert.Equal(form == WebhookBody.CloudEventsBinary ? A.Envelope(17).Id : $"{A.Envelope(17).Id}-19", id);
    }

    [Fact]
    public async Task The_same_batch_again_has_the_same_id_and_a_signature_of_its_own_time()
    {
        var time = new FakeTimeProvider(A.Moment);
        await using var receiver = await HttpReceiver.StartAsync();
        await using var sink = new WebhookSink(new() { Url = receiver.Url, Key = Key() }, time);

        await sink.DeliverAsync(A.Batch(17, 3), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(30));
        await sink.DeliverAsync(A.Batch(17, 3), TestContext.Current.CancellationToken);

        Assert.Single(receiver.All.Select(a => a.Headers["webhook-id"]).Distinct());
        Assert.Equal(2, receiver.All.Select(a => a.Headers["webhook-signature"]).Distinct().Count());
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_signed()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var sink = new WebhookSink(new() { Url = receiver.Url }, TimeProvider.System);

        await sink.DeliverAsync(A.Batch(1, 1), TestContext.Current.CancellationToken);

        Assert.DoesNotContain(receiver.Only.Headers.Keys, k => k.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_secret_is_in_the_text_of_the_options()
    {
        var text = new WebhookOptions { Url = new("https://siem.example/path-secret?query-secret"), Key = Key() }.ToString();

        Assert.DoesNotContain("-secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(_key), text, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.OtherRead, "0604")]
    public void A_secret_that_others_may_read_is_refused(UnixFileMode others, string mode)
    {
        var file = Secret($"whsec_{Convert.ToBase64String(_key)}", Private | others);

        var refused = Assert.Throws<FormatException>(() => SigningKey.Read(file));

        Assert.Contains($"others may read '{file}' (mode {mode}); chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2-hunter2-hunter2-hunter2")]
    [InlineData("whsec_hunter2!")]
    [InlineData("whsec_aHVudGVyMg==")]
    public void A_file_that_holds_something_else_is_refused_without_its_words(string text)
    {
        var refused = Assert.Throws<FormatException>(() => SigningKey.Read(Secret(text, Private)));

        Assert.Contains("must hold 'whsec_' and 24 to 64 bytes in base64; make one with: (umask 077; ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("aHVudGVyMg", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SigningKey Key() => SigningKey.Read(Secret($"whsec_{Convert.ToBase64String(_key)}\n", Private));

    private string Secret(string text, UnixFileMode mode)
    {
        var file = _folder.File("secret");
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
