using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>One run of one command: what was typed, the auditor, and the page to write on.</summary>
internal sealed class Session : IDisposable
{
    private readonly ParseResult parse;
    private AuditorClient? auditor;

    internal Session(Grammar grammar, ParseResult parse, CancellationToken cancelled)
    {
        this.parse = parse;
        Grammar = grammar;
        Cancelled = cancelled;
        Now = Around.Time.GetUtcNow();
        Format = OutputFormats.Parse(parse.GetValue(grammar.Output));
        Page = new Page(Around.Out, Around.Colours, Now);
    }

    internal Grammar Grammar { get; }

    internal CancellationToken Cancelled { get; }

    internal DateTimeOffset Now { get; }

    internal OutputFormat Format { get; }

    internal Page Page { get; }

    internal Surroundings Around => Grammar.Around;

    internal AuditorClient Auditor => auditor ??= new(Endpoint.Of(parse.GetValue(Grammar.Server), Around), Around);

    /// <summary>What <c>--at</c> says, as the API takes it; null for now.</summary>
    internal string? At => Value(Grammar.At) is { } text && Moment.Parse(text, Now) is not Moment.Time { IsNow: true } and var moment ? moment.Query : null;

    internal T? Value<T>(Option<T> option) => parse.GetValue(option);

    internal T Value<T>(Argument<T> argument) => parse.GetRequiredValue(argument);

    /// <summary>The option was typed, not merely defaulted.</summary>
    internal bool Typed(Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>The words typed after an option.</summary>
    internal IEnumerable<string> Words(Option option) => parse.GetResult(option)?.Tokens.Select(t => t.Value) ?? [];

    /// <summary>Asks, and writes the answer: to people by the renderer, to programs as it came.</summary>
    internal async Task<T> ShowAsync<T>(string route, JsonTypeInfo<T> type, Action<T, Page> render) =>
        Show(await Auditor.GetAsync(route, Cancelled), type, render);

    /// <summary>As <see cref="ShowAsync"/>, for a list; when it is empty, a word on the standard error says so to people.</summary>
    internal async Task<IReadOnlyList<T>> ListAsync<T>(string route, JsonTypeInfo<IReadOnlyList<T>> type, Action<IReadOnlyList<T>, Page> render, string whenEmpty)
    {
        var list = await ShowAsync(route, type, render);
        if (list.Count == 0 && Format == OutputFormat.Table)
        {
            Say(whenEmpty);
        }

        return list;
    }

    /// <summary>Writes an answer that is already here.</summary>
    internal T Show<T>(JsonElement json, JsonTypeInfo<T> type, Action<T, Page> render)
    {
        // Read also for programs: an answer that is none must not be passed on as one.
        var value = Auditor.Read(json, type);
        if (Format == OutputFormat.Table)
        {
            render(value, Page);
        }
        else
        {
            JsonText.Write(Around.Out, json, Format);
        }

        return value;
    }

    /// <summary>A word to the person, on the standard error.</summary>
    internal void Say(string words) => Around.Error.Write(Printable.Line(words) + "\n");

    /// <summary>Waits; a person at a terminal is told what for when it takes longer than a moment.</summary>
    internal async Task<T> WaitingAsync<T>(string words, Task<T> task)
    {
        if (Around.ErrorIsTerminal && await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(700), Around.Time, Cancelled)) != task && !Cancelled.IsCancellationRequested)
        {
            Say(words);
            Around.Error.Flush();
        }

        return await task;
    }

    /// <summary>A path as the auditor needs it, which works in another directory than we do.</summary>
    internal string Absolute(string path) => Path.GetFullPath(path, Around.WorkingDirectory);

    /// <inheritdoc/>
    public void Dispose() => auditor?.Dispose();
}
