using System.Text.Json;
using Microsoft.AspNetCore.Http;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Cli.Tests;

/// <summary>What only a real process shows: exec, pipes, terminals and signals.</summary>
public sealed class BinaryTests
{
    [Fact]
    public async Task It_prints_what_the_auditor_answers()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [A.Program(), A.Retained()], ApiJson.Default.IReadOnlyListProgramView);
        auditor.Answers(Routes.ProgramHolders, A.Program().Holders, ApiJson.Default.IReadOnlyListHolderView);
        auditor.Answers(Routes.Status, A.Status, ApiJson.Default.StatusView);

        var programs = Shell.Try(Binary.Path, "program", "list", "-o", "json", "--server", auditor.Socket);
        var holders = Shell.Try(Binary.Path, "holder", "list", "7", "-o", "jsonl", "--server", auditor.Socket);
        var status = Shell.Try(Binary.Path, "status", "--server", auditor.Socket);

        Assert.Equal([1203u, 1204u], JsonSerializer.Deserialize(programs.Output, ApiJson.Default.IReadOnlyListProgramView)!.Select(p => p.Id.Value));
        Assert.Equal(3, holders.Output.TrimEnd('\n').Split('\n').Length);
        Assert.StartsWith("auditor 0.1.0: recording\n", status.Output, StringComparison.Ordinal);
        Assert.All([programs, holders, status], a => Assert.Equal((0, ""), (a.ExitCode, a.Errors)));
    }

    [Fact]
    public async Task It_sends_an_operation_and_tells_a_refusal()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers("POST " + Routes.Operations, A.Operation(OperationStates.Contradicted), ApiJson.Default.OperationView);

        var answer = Shell.Try(Binary.Path, "program", "unload", "7", "--server", auditor.Socket);

        Assert.Equal((ExitCode.OperationFailed, ""), (answer.ExitCode, answer.Output));
        Assert.StartsWith("xdpaudit: the kernel contradicts program.load of sample_pass", answer.Errors, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"program.unload\"", Assert.Single(auditor.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_is_the_auditors_program_in_the_same_process()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var server = Path.Combine(auditor.Directory, "server.sh");
        await File.WriteAllTextAsync(server, "#!/bin/sh\necho \"$$ $*\"\nexit 42\n", TestContext.Current.CancellationToken);
        Shell.Run("chmod", "500", server);

        var answer = Shell.Type($"export XDPAUDIT_SERVER_EXE='{server}'; echo $$; exec '{Binary.Path}' up --postgres 'a b' --grace 30s");

        var pid = answer.Output.Split('\n')[0];
        Assert.Equal((42, $"{pid}\n{pid} up --postgres a b --grace 30s\n", ""), (answer.ExitCode, answer.Output, answer.Errors));
    }

    [Fact]
    public void A_program_that_cannot_be_executed_is_told_with_the_reason()
    {
        var answer = Shell.Type($"XDPAUDIT_SERVER_EXE=/dev/null exec '{Binary.Path}' up");

        Assert.Equal((ExitCode.NotReachable, ""), (answer.ExitCode, answer.Output));
        Assert.StartsWith("xdpaudit: cannot execute '/dev/null': Permission denied\n  next: ", answer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_of_another_user_is_told_as_permission_denied()
    {
        Requires.Tool("setpriv");
        Assert.SkipUnless(Environment.UserName == "root", "needs root to become another user");
        await using var auditor = await CannedAuditor.StartAsync();
        var program = Shipped.ForAnyone(Binary.Path, auditor.Directory);
        Shell.Run("chmod", "755", auditor.Directory);
        Shell.Run("chmod", "600", auditor.Socket);

        var answer = Shell.Try("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "status", "--server", auditor.Socket);

        Assert.Equal((ExitCode.NotAllowed, ""), (answer.ExitCode, answer.Output));
        Assert.StartsWith(
            $"xdpaudit: cannot reach the auditor at unix:{auditor.Socket}: permission denied; you are uid 65534 and the socket is for group xdpaudit\n  next: sudo usermod -aG xdpaudit ",
            answer.Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_has_had_enough_ends_it_without_a_word()
    {
        var answer = Shell.Type($"'{Binary.Path}' --help | true; '{Binary.Path}' completion bash | head -n 1");

        Assert.Equal((0, "_xdpaudit() {\n", ""), (answer.ExitCode, answer.Output, answer.Errors));
    }

    [Fact]
    public void A_full_disk_is_an_error()
    {
        var answer = Shell.Type($"'{Binary.Path}' version > /dev/full");

        Assert.Equal((ExitCode.OperationFailed, "xdpaudit: cannot write to the standard output: No space left on device\n  next: see that the disk is not full\n"), (answer.ExitCode, answer.Errors));
    }

    [Fact]
    public async Task Two_commands_that_share_a_file_do_not_overwrite_each_other()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var file = Path.Combine(auditor.Directory, "out");

        Shell.Type($"{{ '{Binary.Path}' version; '{Binary.Path}' version; }} > '{file}'");

        Assert.Equal("xdpaudit 0.1.0\nxdpaudit 0.1.0\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task On_a_terminal_there_are_colours_and_under_NO_COLOR_there_is_no_escape_at_all()
    {
        Requires.Tool("script");
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Programs, [A.Program()], ApiJson.Default.IReadOnlyListProgramView);
        var command = $"'{Binary.Path}' program list --server '{auditor.Socket}'";

        // script(1) ends with its input, whether its program has written all or not: a pipe open at both ends never ends.
        var input = Path.Combine(auditor.Directory, "input");
        Shell.Run("mkfifo", input);

        var coloured = Shell.Type($"env -u NO_COLOR TERM=xterm script -qec \"{command}\" /dev/null <>'{input}'");
        var plain = Shell.Type($"TERM=xterm NO_COLOR=1 script -qec \"{command}\" /dev/null <>'{input}'");

        Assert.Contains("\u001b[32mattached\u001b[0m", coloured.Output, StringComparison.Ordinal);
        Assert.Contains("attached", plain.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', plain.Output);
    }

    [Fact]
    public async Task An_interrupt_ends_a_follower_with_130()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.On(Routes.EventStream, async context =>
        {
            await context.Response.WriteAsync("event: hello\ndata: {\"position\":1}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Binary.Path, ["events", "--follow", "--server", auditor.Socket])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        for (var i = 0; i < 1000 && auditor.Requests.IsEmpty; i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // the command is another process
        }

        Shell.Run("kill", "-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((ExitCode.Interrupted, "xdpaudit: interrupted\n"), (process.ExitCode, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }
}
