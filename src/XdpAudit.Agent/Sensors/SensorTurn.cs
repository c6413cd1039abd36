namespace XdpAudit.Agent;

/// <summary>A change in what is listened to, waiting to be told by a look.</summary>
internal abstract record SensorTurn(string Sensor, DateTimeOffset At)
{
    /// <summary>It failed, and hears nothing from now on.</summary>
    /// <param name="Sensor">Its plugin.</param>
    /// <param name="At">When that was found, UTC.</param>
    /// <param name="HeardUntil">Until when it is known to have told all, UTC; null when it never told anything.</param>
    /// <param name="During">What it was doing.</param>
    /// <param name="Why">Why.</param>
    internal sealed record Failed(string Sensor, DateTimeOffset At, DateTimeOffset? HeardUntil, string During, string Why) : SensorTurn(Sensor, At);

    /// <summary>It was started again, and hears.</summary>
    /// <param name="Sensor">Its plugin.</param>
    /// <param name="At">When, UTC.</param>
    /// <param name="Status">What it can see.</param>
    internal sealed record Returned(string Sensor, DateTimeOffset At, SensorStatus Status) : SensorTurn(Sensor, At);
}
