using System.Text;
using System.Text.RegularExpressions;
using XdpAudit.Plugins.Syslog;

namespace XdpAudit.Sinks.Tests;

public sealed partial class SyslogMessageTests
{
    [Fact]
    public async Task A_message_is_as_the_rfc_writes_it()
    {
        var message = await ToldAsync(A.Envelope(17));

        Assert.Equal(
            $"<134>1 2026-03-01T03:12:00.123000Z web1 xdpaudit 812 program_loaded [xdpaudit@32473 position=\"17\" journal=\"host\" event=\"program_loaded\" host=\"{A.Host}\" "
            + $"id=\"{A.Host}/host/17\" subject=\"program/{A.Host}/boot/17/1\"] program 17 'pass' was loaded by alice",
            message);
    }

    [Theory]
    [InlineData("program_loaded", 134)]
    [InlineData("finding_opened", 132)]
    [InlineData("gap_opened", 132)]
    [InlineData("operation_contradicted", 131)]
    public async Task What_needs_a_person_is_more_severe(string name, int priority)
    {
        Assert.StartsWith($"<{priority}>1 ", await ToldAsync(A.Envelope(1, name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_others_chose_cannot_end_a_line_move_a_cursor_or_turn_the_text()
    {
        var message = await ToldAsync(A.Hostile(1));

        Assert.DoesNotContain(message, c => char.IsControl(c) || c == '\u202e');
        Assert.Contains("\ufeffa\\x0d\\x0ab\\x1b[2J\"]\\ \\u202e \ufffd <script> %41 \\x00 \\x85 é", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subject_cannot_end_the_structured_data()
    {
        var hostile = A.Envelope(1);
        hostile = hostile with { Entry = hostile.Entry with { Subjects = ["interface/\"] <134>1 \\\n"] } };

        var message = await ToldAsync(hostile);

        Assert.Contains(" subject=\"interface/\\\"\\] <134>1 \\\\\\\\x0a\"] program 17", message, StringComparison.Ordinal);
        Assert.Matches(Rfc5424(), message);
    }

    [Fact]
    public async Task Plain_text_has_no_bom_and_other_text_has_one()
    {
        Assert.DoesNotContain('\ufeff', await ToldAsync(A.Envelope(1)));
        Assert.Contains("] \ufeffé", await ToldAsync(A.Envelope(1, sentence: "é")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("\U0001f600")]
    public async Task A_message_that_is_too_long_has_its_sentence_cut_between_two_characters(string character)
    {
        for (var before = 0; before < 4; before++)
        {
            var sentence = new string('-', before) + string.Concat(Enumerable.Repeat(character, 2000));

            var bytes = await ToldBytesAsync(A.Envelope(1, sentence: sentence), 1024);
            var message = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);

            Assert.InRange(bytes.Length, 1020, 1024);
            Assert.EndsWith($"{character} ...", message, StringComparison.Ordinal);
            Assert.Contains(" id=\"", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Names_in_the_header_are_printable_and_bounded_or_a_hyphen()
    {
        var message = await ToldAsync(A.Envelope(1, name: new string('e', 40)), host: "wéb 1\n" + new string('h', 300));
        var none = await ToldAsync(A.Envelope(1), host: "é");

        Assert.Matches("^<134>1 \\S+ wb1h{252} xdpaudit 812 e{32} \\[", message);
        Assert.Matches("^<134>1 \\S+ - xdpaudit 812 ", none);
    }

    [Fact]
    public async Task A_subject_that_is_too_long_is_left_out_and_the_rest_is_whole()
    {
        var wide = A.Envelope(1);
        wide = wide with { Entry = wide.Entry with { Subjects = [new string(']', 1000)], Operation = new("0197") } };

        var message = await ToldAsync(wide);

        Assert.DoesNotContain("subject=", message, StringComparison.Ordinal);
        Assert.Contains(" operation=\"0197\"] program 17", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_interval_its_end_is_the_time()
    {
        var between = A.Envelope(1);
        between = between with { Entry = between.Entry with { OccurredAt = Occurrence.Between(null, A.Moment.AddSeconds(5).ToOffset(TimeSpan.FromHours(2))) } };

        Assert.StartsWith("<134>1 2026-03-01T03:12:05.123000Z ", await ToldAsync(between), StringComparison.Ordinal);
    }

    private static async Task<string> ToldAsync(AuditEnvelope envelope, int maxBytes = 2048, string host = "web1") => Encoding.UTF8.GetString(await ToldBytesAsync(envelope, maxBytes, host));

    private static async Task<byte[]> ToldBytesAsync(AuditEnvelope envelope, int maxBytes = 2048, string host = "web1")
    {
        await using var receiver = new SyslogReceiver(SyslogTransport.Unix);
        receiver.Come();
        await using var sink = new SyslogSink(new() { Target = receiver.Target, HostName = host, ProcId = 812, MaxBytes = maxBytes }, TimeProvider.System);
        var outcome = await sink.DeliverAsync([envelope], TestContext.Current.CancellationToken);
        Assert.Equal((1, null), (outcome.Accepted, outcome.Trouble));
        await receiver.IdsAsync(1);
        var bytes = Assert.Single(receiver.Bytes);
        Assert.InRange(bytes.Length, 1, maxBytes);
        return bytes;
    }

    [GeneratedRegex("""^<\d{1,3}>1 \S{1,32} \S{1,255} \S{1,48} \S{1,128} \S{1,32} \[[^ =\]"]{1,32}( [^ =\]"]{1,32}="([^"\\\]]|\\.)*")*\] """)]
    private static partial Regex Rfc5424();
}
