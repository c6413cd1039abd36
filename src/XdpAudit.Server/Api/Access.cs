using XdpAudit.Kernel;

namespace XdpAudit.Server;

/// <summary>Who may do what: root and the auditor's own user operate, everyone else who gets in reads.</summary>
internal static class Access
{
    internal const string Operate = "operate";
    internal const string Read = "read";

    private static readonly object Key = new();

    /// <summary>Knows the caller, tells errors as problems, and lets nothing but health out of the socket.</summary>
    internal static async Task Guard(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (ApiSocket.Caller(context) is { } caller)
            {
                context.Items[Key] = caller;
            }
            else if (!context.Request.Path.StartsWithSegments("/healthz"))
            {
                throw Refusals.Of(ProblemCode.NotAllowed, 403, "the API is not served here", "use the unix socket");
            }

            await next(context);
            if (Problems.Of(context) is { } unsaid)
            {
                await Problems.WriteAsync(context, unsaid);
            }
        }
        catch (RefusedException refused)
        {
            await Problems.WriteAsync(context, refused.Problem);
        }
        catch (JournalUnavailableException away)
        {
            await Problems.WriteAsync(context, new() { Code = ProblemCode.Unavailable, Status = 503, Title = away.Message, Remedy = "see xdpaudit doctor" });
        }
        catch (JournalConflictException taken)
        {
            await Problems.WriteAsync(context, new() { Code = ProblemCode.Unavailable, Status = 503, Title = taken.Message, Remedy = "see xdpaudit doctor" });
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Only while it ends. An operation that had begun is recorded at the stop, or settled by the next start.
            await Problems.WriteAsync(context, new() { Code = ProblemCode.Unavailable, Status = 503, Title = "the auditor ended before it could answer", Remedy = "start it again; xdpaudit operation list tells what became of an operation" });
        }
        catch (BadHttpRequestException bad)
        {
            await Problems.WriteAsync(context, Problems.Of(bad));
        }
    }

    internal static ProcessIdentity Caller(HttpContext context) => (ProcessIdentity)context.Items[Key]!;

    internal static string Role(ProcessIdentity caller) => caller.Uid == 0 || caller.Uid == GroupAccess.EffectiveUser() ? Operate : Read;

    /// <summary>The caller, if it may operate.</summary>
    /// <exception cref="RefusedException">It may only read.</exception>
    internal static ProcessIdentity Operator(HttpContext context)
    {
        var caller = Caller(context);
        return Role(caller) == Operate
            ? caller
            : throw Refusals.Of(ProblemCode.NotAllowed, 403, $"uid {caller.Uid} may read but not operate", "root and the auditor's own user operate; use sudo");
    }
}
