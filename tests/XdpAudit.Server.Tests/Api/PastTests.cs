using System.Net.ServerSentEvents;
using System.Text.Json;

namespace XdpAudit.Server.Tests;

/// <summary>The present, the past and the difference; and the stream that a reader can leave and take up again.</summary>
public sealed class PastTests(OneDaemon one)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_is_there_at_the_position_and_the_moment_it_was_there_and_not_before()
    {
        var api = one.Daemon.Api;
        var before = await api.LookAsync();
        var loaded = await LoadAsync();
        var then = (await api.GetAsync($"{Routes.Operation}?id={loaded.Id}", ApiJson.Default.OperationView)).LastPosition;
        var moment = (await api.JournalAsync()).Single(e => e.Position == then).RecordedAt;
        await api.DoAsync(new() { Kind = OperationKinds.ProgramUnload, Program = $"{loaded.ProgramId}" });
        var after = await api.LookAsync();

        Assert.DoesNotContain(await ProgramsAsync($"position:{before}"), p => p.Key == loaded.Program);
        Assert.Contains(await ProgramsAsync($"position:{then}"), p => p.Key == loaded.Program);
        Assert.Contains(await ProgramsAsync(moment.ToString("O")), p => p.Key == loaded.Program);
        Assert.DoesNotContain(await ProgramsAsync($"position:{after}"), p => p.Key == loaded.Program);
        Assert.DoesNotContain(await ProgramsAsync(null), p => p.Key == loaded.Program);
    }

    [Fact]
    public async Task What_has_gone_is_found_by_number_key_name_and_tag_and_of_many_the_last_are_named()
    {
        var api = one.Daemon.Api;
        using var lab = new Lab();
        var path = lab.CompileBpf("gone", Samples.Pass.Replace("sample_pass", "gone_pass", StringComparison.Ordinal));
        List<string> gone = [];
        for (var i = 0; i < 14; i++)
        {
            var loaded = await api.DoAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = path, Program = "gone_pass" });
            await api.DoAsync(new() { Kind = OperationKinds.ProgramUnload, Program = $"{loaded.ProgramId}" });
            await api.LookAsync();
            gone.Add(loaded.Program!.Value.Value);
            foreach (var select in i == 0 ? new[] { $"{loaded.ProgramId}", gone[0], "name:gone_pass" } : [$"{loaded.ProgramId}", gone[^1]])
            {
                var found = await api.GetAsync($"{Routes.Program}?select={Uri.EscapeDataString(select)}", ApiJson.Default.ProgramView);
                Assert.Equal((gone[^1], ProgramStates.Unloaded), (found.Key.Value, found.State));
            }
        }

        var tag = (await api.GetAsync($"{Routes.Program}?select={Uri.EscapeDataString(gone[0])}", ApiJson.Default.ProgramView)).Tag;
        var many = await api.SendAsync(HttpMethod.Get, $"{Routes.Program}?select=name:gone_pass");
        var alike = await api.SendAsync(HttpMethod.Get, $"{Routes.Program}?select=tag:{tag}");

        Assert.Equal((409, ProblemCode.Ambiguous, "'name:gone_pass' fits 14 programs"), (many.Status, many.Problem?.Code, many.Problem?.Title));
        Assert.Equal(gone.Skip(2), many.Problem!.Candidates.Select(c => c.Split(' ')[^1]));
        Assert.Equal((409, ProblemCode.Ambiguous), (alike.Status, alike.Problem?.Code));
    }

    [Fact]
    public async Task A_difference_names_what_appeared_and_what_went()
    {
        var api = one.Daemon.Api;
        var before = await api.LookAsync();
        var loaded = await LoadAsync();
        var between = loaded.LastPosition;
        await api.DoAsync(new() { Kind = OperationKinds.ProgramUnload, Program = $"{loaded.ProgramId}" });
        var after = await api.LookAsync();

        var appeared = await DiffAsync($"position:{before}", $"position:{between}");
        var gone = await DiffAsync($"position:{between}", $"position:{after}");
        var both = await DiffAsync($"position:{before}", $"position:{after}");

        Assert.Equal(("appeared", "sample_pass"), appeared.Lines.Where(l => l.Key == loaded.Program!.Value.Value).Select(l => (l.Change, l.Name)).Single());
        Assert.Equal("gone", gone.Lines.Single(l => l.Key == loaded.Program!.Value.Value).Change);
        Assert.DoesNotContain(both.Lines, l => l.Key == loaded.Program!.Value.Value);
    }

    [Fact]
    public async Task A_stream_begins_with_its_place_and_can_be_taken_up_where_it_was_left()
    {
        var api = one.Daemon.Api;
        var start = await api.LookAsync();
        List<(string Type, string Data)> first = [], second = [];

        await using (var stream = await FollowAsync($"{Routes.EventStream}?after={start}"))
        {
            var loaded = await LoadAsync();
            await foreach (var item in stream.Items)
            {
                first.Add((item.EventType, item.Data));
                if (item.Data.Contains("\"operation_requested\"", StringComparison.Ordinal))
                {
                    break;
                }
            }

            await api.DoAsync(new() { Kind = OperationKinds.ProgramUnload, Program = $"{loaded.ProgramId}" });
        }

        var left = Position(first[^1].Data);
        var end = await api.LookAsync();
        await using (var stream = await FollowAsync($"{Routes.EventStream}?after={left}"))
        {
            await foreach (var item in stream.Items)
            {
                second.Add((item.EventType, item.Data));
                if (item.EventType == "event" && Position(item.Data) == end)
                {
                    break;
                }
            }
        }

        Assert.Equal([("hello", $"{start}"), ("hello", $"{left}")], [first[0], second[0]]);
        Assert.Equal(
            Enumerable.Range(1, (int)(end - start)).Select(i => start + i),
            first.Skip(1).Concat(second.Skip(1)).Where(i => i.Type == "event").Select(i => Position(i.Data)));
    }

    [Fact]
    public async Task The_caller_s_role_is_what_the_kernel_says_of_its_socket()
    {
        var status = await one.Daemon.Api.StatusAsync();
        var loaded = await LoadAsync();

        Assert.Equal(("operate", one.Daemon.Pid), (status.Role, status.Pid));
        Assert.Equal((Environment.ProcessId, 0u), (loaded.RequestedBy.Pid, loaded.RequestedBy.Uid));
    }

    private static long Position(string data)
    {
        using var entry = JsonDocument.Parse(data);
        return entry.RootElement.GetProperty("position").GetInt64();
    }

    private Task<OperationView> LoadAsync() => one.Daemon.Api.DoAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = one.Object, Program = "sample_pass" });

    private Task<IReadOnlyList<ProgramView>> ProgramsAsync(string? at) =>
        one.Daemon.Api.GetAsync(at is null ? Routes.Programs : $"{Routes.Programs}?at={Uri.EscapeDataString(at)}", ApiJson.Default.IReadOnlyListProgramView);

    private Task<DiffView> DiffAsync(string from, string to) => one.Daemon.Api.GetAsync($"{Routes.Diff}?from={from}&to={to}", ApiJson.Default.DiffView);

    private async Task<Stream> FollowAsync(string route)
    {
        var answer = await one.Daemon.Api.Http.GetAsync(new Uri(route, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        return new(answer, SseParser.Create(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token));
    }

    private sealed record Stream(HttpResponseMessage Answer, IAsyncEnumerable<SseItem<string>> Items) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Answer.Dispose();
            return default;
        }
    }
}
