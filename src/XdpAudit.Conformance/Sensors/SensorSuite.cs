using System.Diagnostics;
using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>What every sensor promises, whatever it hears: also where the kernel lets it hear nothing.</summary>
/// <param name="sensor">A new one for each promise, not started; the caller disposes it.</param>
/// <param name="provoke">Has something happen that it must hear, and ends when it has happened; null where there is nothing.</param>
/// <param name="cancellation">Ends the waiting.</param>
public sealed class SensorSuite(ISensor sensor, Func<Task>? provoke, CancellationToken cancellation)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Promise]
    internal async Task What_a_kernel_refuses_is_in_its_status_and_no_exception()
    {
        var status = await sensor.StartAsync(cancellation);

        Check.NotEmpty(status.Tiers);
        Check.Equal(status.Tiers.Count, status.Tiers.Select(tier => tier.Name).Distinct().Count());
        Check.All(status.Tiers, tier => Whole(tier.Name, tier.State, tier.Why));
        Check.All(status.Tiers.SelectMany(tier => tier.Hooks), hook => Whole(hook.Name, hook.State, hook.Why));
        Check.All(status.Invisible, sentence => Check.DoesNotContain(sentence, char.IsControl));
    }

    [Promise]
    internal async Task Its_status_survives_the_way_between_processes()
    {
        var status = await sensor.StartAsync(cancellation);

        var written = JsonSerializer.Serialize(status, NoticeJson.Default.SensorStatus);
        Check.Equal(written, JsonSerializer.Serialize(JsonSerializer.Deserialize(written, NoticeJson.Default.SensorStatus)!, NoticeJson.Default.SensorStatus));
    }

    [Promise]
    internal async Task A_test_names_the_tiers_that_the_start_named()
    {
        var started = await sensor.StartAsync(cancellation);

        var tested = await sensor.TestAsync(cancellation);

        Check.Equal(started.Tiers.Select(tier => tier.Name), tested.Tiers.Select(tier => tier.Name));
    }

    [Promise]
    internal async Task What_it_gives_is_in_the_order_of_its_moments_and_can_be_written_down()
    {
        await sensor.StartAsync(cancellation);
        await ProvokeAsync();

        var notices = await sensor.DrainAsync(cancellation);

        Check.Equal(notices.Select(notice => notice.BootNs).Order(), notices.Select(notice => notice.BootNs));
        Check.All(notices, notice => Check.Contains(notice.Tier, SensorTiers.All));
        Check.All(notices, notice =>
        {
            var written = JsonSerializer.SerializeToUtf8Bytes(notice, NoticeJson.Default.KernelNotice);
            Check.Equal(written, JsonSerializer.SerializeToUtf8Bytes(NoticeJson.Read(written), NoticeJson.Default.KernelNotice));
        });
    }

    [Promise]
    internal async Task What_happens_is_heard_and_given_once()
    {
        if (provoke is null)
        {
            return;
        }

        await sensor.StartAsync(cancellation);
        await sensor.DrainAsync(cancellation);
        await provoke();

        var heard = new List<string>();
        var waited = Stopwatch.StartNew();
        while (heard.Count == 0)
        {
            Check.True(waited.Elapsed < Patience, $"nothing of what happened was heard within {Patience.TotalSeconds} s");
            await WaitAsync(TimeSpan.FromSeconds(1));
            heard.AddRange(await WrittenAsync());
        }

        Check.Equal(heard.Distinct().Count(), heard.Count);
        var again = await WrittenAsync();
        Check.Empty(again.Intersect(heard));
    }

    [Promise]
    internal async Task A_drain_does_not_wait()
    {
        await sensor.StartAsync(cancellation);
        await sensor.DrainAsync(cancellation);
        var waited = Stopwatch.StartNew();

        for (var i = 0; i < 10; i++)
        {
            await sensor.DrainAsync(cancellation);
        }

        Check.True(waited.Elapsed < TimeSpan.FromSeconds(5), $"ten drains of next to nothing took {waited.Elapsed.TotalSeconds:0.0} s");
    }

    [Promise]
    internal async Task Waiting_ends_when_it_is_cancelled_also_while_others_are_called()
    {
        await sensor.StartAsync(cancellation);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = EndsAsync(enough.Token);

        await sensor.DrainAsync(cancellation);
        await enough.CancelAsync();

        Check.True(await Task.WhenAny(waiting, Task.Delay(Patience, cancellation)) == waiting, $"a cancelled wait did not end within {Patience.TotalSeconds} s");
    }

    [Promise]
    internal async Task It_may_be_disposed_twice_and_unused()
    {
        await sensor.DisposeAsync();
        await sensor.DisposeAsync();
    }

    [Promise]
    internal async Task Once_disposed_it_hears_nothing_more()
    {
        await sensor.StartAsync(cancellation);
        await sensor.DisposeAsync();

        await Check.ThrowsAsync<ObjectDisposedException>(() => sensor.DrainAsync(cancellation));
    }

    private Task ProvokeAsync() => provoke?.Invoke() ?? Task.CompletedTask;

    private async Task<List<string>> WrittenAsync() =>
        [.. (await sensor.DrainAsync(cancellation)).Select(notice => JsonSerializer.Serialize(notice, NoticeJson.Default.KernelNotice))];

    private async Task WaitAsync(TimeSpan most)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(most);
        await EndsAsync(enough.Token);
    }

    private async Task EndsAsync(CancellationToken enough)
    {
        try
        {
            await sensor.WaitAsync(enough);
        }
        catch (OperationCanceledException)
        {
            // It may end in either way.
        }
    }

    private static void Whole(string name, string state, string why)
    {
        Check.NotEmpty(name);
        Check.Contains(state, new[] { SensorStates.Live, SensorStates.Silent, SensorStates.Absent, SensorStates.Refused, SensorStates.Off });
        Check.Equal(state == SensorStates.Live, why.Length == 0, $"whether '{name}', which is {state}, says why");
    }
}
